-- Opens a run: psql -v kind=nightly -v month=2024-03-01 -v full=f -v reason= -v cutover='alle=2024-01' -v satser=... and so
-- on.
SELECT ydelse.run_open(:'month'::date, :'full'::boolean, :'reason'::text, :'cutover'::text, :'satser'::text,
                       :'koder'::text, :'politik'::text, :'program'::text, :'kind'::text);
