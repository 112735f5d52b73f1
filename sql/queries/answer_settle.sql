-- Stores a file of answers and moves its payments; known: these bytes were here before.
SELECT answer_file_id, known
  FROM ydelse.answer_settle(:'name', :'format', :'message_id', :'original_message_id', :'original_count'::bigint,
                            :'original_oere'::bigint, :'bytes'::bytea, :'lines'::integer[], :'levels'::text[], :'ids'::text[],
                            :'codes'::text[], ARRAY(SELECT nullif(r, '') FROM unnest(:'reasons'::text[]) WITH ORDINALITY AS u (r, n)
                                                     ORDER BY n), :'outcomes'::text[])
