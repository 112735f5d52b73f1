-- A run by municipality and outcome, then by month and outcome: psql -v run=1
SELECT t.kommunekode, to_char(t.month, 'YYYY-MM'), t.udfald, t.people, t.ydelse, t.pension, t.til_udbetaling
  FROM ydelse.run_totals(:'run'::integer) t ORDER BY t.month NULLS FIRST, t.kommunekode, t.udfald;
