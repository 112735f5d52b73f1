-- The newest rates and policies that were stored by a time: psql -v time='2024-04-01 03:00'
SELECT satser.content, politik.content
  FROM (SELECT content FROM ydelse.law_set WHERE kind = 'satser' AND stored_at <= :'time'::timestamptz
         ORDER BY law_set_id DESC LIMIT 1) satser,
       (SELECT content FROM ydelse.law_set WHERE kind = 'politik' AND stored_at <= :'time'::timestamptz
         ORDER BY law_set_id DESC LIMIT 1) politik;
