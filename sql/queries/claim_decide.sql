-- Records a decision: psql -v claim=3 -v decision=AFG-1 -v outcome=tilbagebetaling -v reason= -v amount=40000
SELECT changed, kommunekode, to_char(month, 'YYYY-MM'), amount_oere
  FROM ydelse.claim_decide(:'claim'::integer, :'decision'::text, :'outcome'::text, :'reason'::text, :'amount'::bigint);
