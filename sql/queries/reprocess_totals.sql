-- What a run computed and changed, by month and municipality: psql -v run=7 (after reprocess_differences)
WITH computed AS (
    SELECT r.month, coalesce(e.kommunekode, r.kommunekode) AS kommunekode, count(*) AS people,
           count(*) FILTER (WHERE r.udfald = 'TILBAGEHOLDT') AS held
      FROM ydelse.result r -- revision 1: the municipality that owes the month, also of those who moved since
      LEFT JOIN ydelse.entitlement e ON e.month = r.month AND e.cpr = r.cpr AND e.revision = 1
     WHERE r.run_id = :'run'::integer GROUP BY 1, 2),
changed AS (
    SELECT d.month, d.kommunekode, count(*) FILTER (WHERE d.art = 'SKYLDES') AS people,
           count(*) FILTER (WHERE d.art = 'FOER_CUTOVER') AS not_owed,
           sum(greatest(d.delta_oere, 0)) AS more, sum(least(d.delta_oere, 0)) AS less, sum(d.delta_oere) AS til_udbetaling,
           sum(d.delta_atp_egen + d.delta_atp_kommune) AS atp, sum(d.delta_skat) AS skat, sum(d.delta_pension) AS pension
      FROM pg_temp.reprocess_difference d GROUP BY d.month, d.kommunekode)
SELECT to_char(month, 'YYYY-MM'), kommunekode, coalesce(c.people, 0), coalesce(c.held, 0), coalesce(d.people, 0),
       coalesce(d.not_owed, 0), coalesce(d.more, 0), coalesce(d.less, 0), coalesce(d.til_udbetaling, 0),
       coalesce(d.atp, 0), coalesce(d.skat, 0), coalesce(d.pension, 0)
  FROM computed c FULL JOIN changed d USING (month, kommunekode)
 ORDER BY month, kommunekode;
