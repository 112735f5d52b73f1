-- What a run found that is new, then what was known before: psql -v run=1 -v today=2024-03-20
SELECT n.subject, n.code, n.is_new, n.number, n.oldest_days FROM ydelse.run_news(:'run'::integer, :'today'::date) n;
