-- Lets the next batch pay an old month: psql -v line=471 -v amount=550000 -v decision=AFG-2024-17 -v first_month=2021-03-01
SELECT changed, kommunekode, to_char(month, 'YYYY-MM'), amount_oere
  FROM ydelse.arrears_decide(:'line'::bigint, :'amount'::bigint, :'decision', :'first_month'::date);
