-- The people whose result in a run has a finding: psql -v run=1 -v code=INGEN_SATS -v first=0 -v count=100
SELECT f.cpr, to_char(f.month, 'YYYY-MM'), f.kommunekode, f.udfald, f.til_udbetaling
  FROM run_finding_list(:'run'::integer, :'code', :'first'::integer, :'count'::integer) f;
