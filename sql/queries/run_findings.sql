-- What was noted about the results of a run, by code: psql -v run=1
SELECT f.code, f.results, f.held FROM ydelse.run_findings(:'run'::integer) f ORDER BY f.held DESC, f.results DESC, f.code;
