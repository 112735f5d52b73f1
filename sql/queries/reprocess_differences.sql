-- Makes the differences of a run a temporary table for the queries beside this one: psql -v run=7
CREATE TEMPORARY TABLE reprocess_difference ON COMMIT DROP AS SELECT * FROM ydelse.run_difference(:'run'::integer);
