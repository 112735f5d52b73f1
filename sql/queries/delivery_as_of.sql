-- The last delivery that was loaded by a time, 0 when there is none: psql -v time='2024-04-01 03:00'
SELECT coalesce(max(delivery_id), 0) FROM ydelse.delivery WHERE loaded_at <= :'time'::timestamptz;
