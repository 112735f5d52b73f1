-- Sealed months whose last complete computation went by other rates or policies than this run: psql -v run=7
SELECT to_char(month, 'YYYY-MM'), everyone_run_id, cause FROM ydelse.run_law_outdated(:'run'::integer);
