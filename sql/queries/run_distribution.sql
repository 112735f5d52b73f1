-- How many results of a run pay how much: psql -v run=1 -v class=100000 (in oere)
SELECT d.lowest_oere, d.people FROM ydelse.run_distribution(:'run'::integer, :'class'::bigint) d ORDER BY d.lowest_oere;
