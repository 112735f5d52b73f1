-- What is owed by month, the newest months: psql -v months=24
SELECT to_char(t.month, 'YYYY-MM'), t.people, t.til_udbetaling FROM ydelse.month_totals(:'months'::integer) t ORDER BY t.month;
