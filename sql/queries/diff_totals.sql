-- What moved, by cause and by municipality: people, person-months, up, down and net of til_udbetaling in oere.
SELECT 0 AS place, p.cause::text AS code, count(DISTINCT p.cpr), count(*),
       coalesce(sum(p.til_udbetaling) FILTER (WHERE p.til_udbetaling > 0), 0),
       coalesce(sum(p.til_udbetaling) FILTER (WHERE p.til_udbetaling < 0), 0), coalesce(sum(p.til_udbetaling), 0)
  FROM difference_part p GROUP BY p.cause
UNION ALL
SELECT 1, f.kommunekode, count(DISTINCT f.cpr), count(*), coalesce(sum(d.oere) FILTER (WHERE d.oere > 0), 0),
       coalesce(sum(d.oere) FILTER (WHERE d.oere < 0), 0), coalesce(sum(d.oere), 0)
  FROM difference_found f CROSS JOIN LATERAL (SELECT f.after_til_udbetaling - f.before_til_udbetaling AS oere) d
 GROUP BY f.kommunekode
UNION ALL
SELECT 2, '', count(DISTINCT f.cpr), count(*), coalesce(sum(d.oere) FILTER (WHERE d.oere > 0), 0),
       coalesce(sum(d.oere) FILTER (WHERE d.oere < 0), 0), coalesce(sum(d.oere), 0)
  FROM difference_found f CROSS JOIN LATERAL (SELECT f.after_til_udbetaling - f.before_til_udbetaling AS oere) d
 ORDER BY place, code;
