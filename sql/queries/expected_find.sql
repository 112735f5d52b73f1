-- What came of an expected file: psql -v pattern='indkomst-0101-*.csv' -v like='indkomst-0101-%.csv' -v due=2024-03-20 -v before=2024-03-19
SELECT f.rows, f.last_rows, f.rejected_name, f.known_absent, f.known_few
  FROM ydelse.expected_find(:'pattern'::text, :'like'::text, :'due'::date, :'before'::date) f;
