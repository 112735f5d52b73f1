-- Where things stand, as one JSON document: psql -v today=2024-03-20. Amounts in oere.
SELECT jsonb_pretty(ydelse.status() || ydelse.status_ages(:'today'::date)
                    || ydelse.status_answers(:'today'::date)
                    || jsonb_build_object('watch', ydelse.status_watch()));
