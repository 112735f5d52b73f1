-- What month_totals rests on: another seal, or other municipalities, make another key.
SELECT md5(concat_ws(' ', (SELECT max(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed'),
                     (SELECT max(e.erasure_id) FROM ydelse.erasure e), ydelse.bound_municipalities()::text));
