-- Opens a look; whether the user reads the tables: psql -v command=explain -v scope=person -v cpr=... -v month= -v detail=
SELECT ydelse.look_open(:'command'::text, :'scope'::text, :'cpr'::text, :'month'::date, :'detail'::text);
