-- Every person-month whose result after run `before` is another than after run `after`, into difference_found:
-- psql -v before=1 -v after=2 -v month= -v kommune=   (or one month, 2024-03-01)
INSERT INTO difference_found
SELECT * FROM difference_list(:'before'::integer, :'after'::integer, nullif(:'month'::text, '')::date, :'kommune'::text);
