-- The limits that batches were found over when they were made: psql -v first=1 -v last=3
SELECT batch_id, split_part(detail, ';', 1), split_part(detail, ';', 2), split_part(detail, ';', 3), split_part(detail, ';', 4)
  FROM ydelse.batch_event
 WHERE event = 'over_limit' AND batch_id BETWEEN :'first'::integer AND :'last'::integer
 ORDER BY event_id;
