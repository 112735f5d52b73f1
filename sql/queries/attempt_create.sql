-- A table for the results of one worker: psql -v run=1 -v worker=host/pid
SELECT attempt_id, table_name FROM ydelse.attempt_create(:'run'::integer, :'worker'::text);
