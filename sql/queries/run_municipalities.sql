-- What a run computed and what it newly owes, by the municipality that owes the month: psql -v run=1
WITH computed AS ( -- revision 1: who has moved since the month's first seal is still owed by that municipality
    SELECT coalesce(e.kommunekode, r.kommunekode) AS kommunekode, count(*) AS people,
           count(*) FILTER (WHERE r.udfald = 'BETALES') AS paid, sum(r.til_udbetaling) AS til_udbetaling
      FROM ydelse.result r
      LEFT JOIN ydelse.entitlement e ON e.month = r.month AND e.cpr = r.cpr AND e.revision = 1
     WHERE r.run_id = :'run'::integer
     GROUP BY 1),
owed AS (
    SELECT e.kommunekode, sum(e.delta_til_udbetaling) AS delta
      FROM ydelse.entitlement e
     WHERE e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = :'run'::integer)
       AND e.run_id = :'run'::integer
     GROUP BY e.kommunekode)
SELECT kommunekode, coalesce(c.people, 0), coalesce(c.paid, 0), coalesce(c.til_udbetaling, 0), coalesce(o.delta, 0)
  FROM computed c FULL JOIN owed o USING (kommunekode)
 ORDER BY kommunekode;
