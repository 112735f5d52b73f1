-- What is owed to others for a month: psql -v month=2024-03-01 -v kommune=0101 (or NULL)
SELECT creditor, component, kommunekode, to_char(month, 'YYYY-MM'), people, first_oere, corrected_oere, owed_oere
  FROM ydelse.creditor_sums(:'month'::date, :'kommune'::text)
