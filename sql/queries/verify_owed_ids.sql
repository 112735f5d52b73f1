-- Names of what is owed are unique over all months, and their runs are sealed.
SELECT 'RAEKKE_DOBBELT' AS code, 'entitlement' AS relation, 'entitlement ' || entitlement_id AS key, '1' AS expected,
       count(*)::text AS found
  FROM ydelse.entitlement GROUP BY entitlement_id HAVING count(*) > 1
UNION ALL
SELECT 'RAEKKE_UKENDT', 'entitlement', 'run ' || e.run_id, '', ''
  FROM (SELECT DISTINCT run_id FROM ydelse.entitlement) e
 WHERE NOT EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = e.run_id AND r.state = 'sealed');
