-- Erases what concerns months before a month: psql -v before=2014-01-01 -v reason=yearly
SELECT deleted, relation, reason, number FROM ydelse.erase(:'before'::date, :'reason');
