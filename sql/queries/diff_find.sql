-- Every person-month whose result after run `after` is another than after run `before`, into difference_found:
-- psql -v before=1 -v after=2 -v month= -v kommune= -v runs='{1,2}'   (diff_runs tells the runs)
WITH touched AS (
    SELECT m.month, bool_or(m.everyone) AS everyone
      FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
     WHERE r.state = 'sealed' AND (:'month'::text = '' OR m.month = :'month'::text::date)
       AND m.run_id > least(:'before'::integer, :'after'::integer)
       AND m.run_id <= greatest(:'before'::integer, :'after'::integer)
     GROUP BY m.month),
scope AS (
    SELECT s.month, s.cpr, s.run_id
      FROM run_scope s JOIN ydelse.run r USING (run_id)
     WHERE r.state = 'sealed' AND s.run_id = ANY (:'runs'::integer[])),
named AS (
    SELECT DISTINCT s.month, s.cpr FROM scope s
     WHERE s.run_id > least(:'before'::integer, :'after'::integer)
       AND s.run_id <= greatest(:'before'::integer, :'after'::integer)),
latest AS ( -- the last run by each of the two that computed them by name: no earlier result holds
    SELECT a.as_of, s.month, s.cpr, max(s.run_id) AS run_id
      FROM scope s JOIN (VALUES (:'before'::integer), (:'after'::integer)) AS a (as_of) ON s.run_id <= a.as_of
     GROUP BY a.as_of, s.month, s.cpr),
base AS (
    SELECT t.month, t.everyone, a.as_of,
           coalesce((SELECT max(m.run_id) FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
                      WHERE m.month = t.month AND m.everyone AND r.state = 'sealed' AND m.run_id <= a.as_of), 0) AS run_id
      FROM touched t CROSS JOIN (VALUES (:'before'::integer), (:'after'::integer)) AS a (as_of)),
held AS ( -- joins on equality alone, so that they can be hashed
    SELECT b.as_of, r.*
      FROM result r
      JOIN base b ON b.month = r.month
      LEFT JOIN named n ON n.month = r.month AND n.cpr = r.cpr
      LEFT JOIN latest l ON l.as_of = b.as_of AND l.month = r.month AND l.cpr = r.cpr
     WHERE r.run_id = ANY (:'runs'::integer[]) AND r.run_id BETWEEN b.run_id AND b.as_of
       AND (b.everyone OR n.cpr IS NOT NULL) AND r.run_id >= coalesce(l.run_id, 0)),
different AS (
    SELECT coalesce(x.cpr, y.cpr) AS cpr, coalesce(x.month, y.month) AS month,
           coalesce(y.kommunekode, x.kommunekode) AS kommunekode, x.run_id AS before_run, y.run_id AS after_run,
           x.udfald AS before_udfald, y.udfald AS after_udfald, x.ydelse AS before_ydelse, y.ydelse AS after_ydelse,
           x.til_udbetaling AS before_til_udbetaling, y.til_udbetaling AS after_til_udbetaling
      FROM (SELECT * FROM held WHERE as_of = :'before'::integer) x
      FULL JOIN (SELECT * FROM held WHERE as_of = :'after'::integer) y ON y.cpr = x.cpr AND y.month = x.month
     WHERE x.run_id IS DISTINCT FROM y.run_id
       AND (x.udfald, x.ordning, x.kommunekode, x.aktive_dage, x.brutto, x.fradrag_loen, x.fradrag_sygeloen,
            x.fradrag_tilbud, x.fradrag_anden, x.fradrag_ferie, x.efter_indkomst, x.sanktion, x.ydelse, x.atp_egen,
            x.atp_kommune, x.pension, x.skat, x.til_udbetaling, x.fund)
           IS DISTINCT FROM
           (y.udfald, y.ordning, y.kommunekode, y.aktive_dage, y.brutto, y.fradrag_loen, y.fradrag_sygeloen,
            y.fradrag_tilbud, y.fradrag_anden, y.fradrag_ferie, y.efter_indkomst, y.sanktion, y.ydelse, y.atp_egen,
            y.atp_kommune, y.pension, y.skat, y.til_udbetaling, y.fund)),
owed_by AS ( -- revision 1: the municipality that owes the month, also when the person has moved since
    SELECT d.*, coalesce(e.kommunekode, d.kommunekode) AS owing
      FROM different d
      LEFT JOIN entitlement e ON e.month = d.month AND e.cpr = d.cpr AND e.revision = 1)
INSERT INTO difference_found
SELECT (SELECT f.bucket FROM fact_deltagere f WHERE f.cpr_nummer = d.cpr LIMIT 1), d.cpr, d.month, d.owing,
       d.before_run, d.after_run, d.before_udfald, d.after_udfald, coalesce(d.before_ydelse, 0),
       coalesce(d.after_ydelse, 0), coalesce(d.before_til_udbetaling, 0), coalesce(d.after_til_udbetaling, 0)
  FROM owed_by d
 WHERE :'kommune'::text IN ('', d.owing);
