-- The answers of a file that somebody must look at.
SELECT line, end_to_end_id, kommunekode, to_char(month, 'YYYY-MM'), amount_oere, effect, code, reason
  FROM ydelse.answer_list(:'answer_file_id'::integer)
