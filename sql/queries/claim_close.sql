-- Ends a decided claim: psql -v claim=3 -v reason='betalt'
SELECT changed, kommunekode, to_char(month, 'YYYY-MM'), amount_oere, outcome
  FROM ydelse.claim_close(:'claim'::integer, :'reason'::text);
