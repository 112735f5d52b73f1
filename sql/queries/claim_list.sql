-- Claims: psql -v kommune=0101 -v month=2024-03-01 -v state=ALLE. NULL means any, and for the state every live one.
SELECT claim_id, kommunekode, to_char(month, 'YYYY-MM'), amount_oere, state, to_char(opened_at, 'YYYY-MM-DD'),
       decision_id, outcome, decided_oere, decided_by, to_char(decided_at, 'YYYY-MM-DD'),
       closed_by, to_char(closed_at, 'YYYY-MM-DD'), close_reason, place
  FROM claim_list(:'kommune'::text, :'month'::date, :'state'::text);
