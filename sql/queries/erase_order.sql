-- Orders that what concerns months before a month be erased: psql -v before=2014-01-01 -v reason=yearly
SELECT order_id, ordered_by FROM ydelse.erase_order(:'before'::date, :'reason');
