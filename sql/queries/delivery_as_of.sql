-- The delivery a person means: psql -v number=7 -v time=''  or  psql -v number=0 -v time='2024-04-01 03:00'
SELECT max(delivery_id)
  FROM ydelse.delivery
 WHERE CASE WHEN :'time'::text = '' THEN delivery_id = :'number'::integer
            ELSE loaded_at <= nullif(:'time'::text, '')::timestamptz END;
