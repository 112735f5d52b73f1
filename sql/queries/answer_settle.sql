-- Stores a file of answers and moves its payments; reading NULL: nothing of these bytes is new.
SELECT answer_file_id, reading
  FROM ydelse.answer_settle(:'name', :'format', :'message_id', :'original_message_id', :'original_count'::bigint,
                            :'original_oere'::bigint, :'bytes'::bytea, :'lines'::integer[], :'levels'::text[], :'ids'::text[],
                            :'codes'::text[], ARRAY(SELECT nullif(r, '') FROM unnest(:'reasons'::text[]) WITH ORDINALITY AS u (r, n)
                                                     ORDER BY n), :'outcomes'::text[])
