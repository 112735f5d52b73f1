-- Who in the batch may no longer be paid.
SELECT end_to_end_id, to_char(month, 'YYYY-MM') AS month, amount_oere, reason, place
  FROM ydelse.batch_blocked(:'batch_id'::integer, :'today'::date)
