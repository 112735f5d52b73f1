-- Erases what concerns months before a month: psql -v before=2014-01-01 -v reason=yearly -v dry_run=t
SELECT deleted, relation, reason, number FROM ydelse.erase(:'before'::date, :'reason', :'dry_run'::boolean);
