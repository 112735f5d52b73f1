-- What is owed for a month, beside the results of every run of it: psql -v month=2024-03-01
-- A person's runs are walked through in their order. The sum of the differences so far is what is owed so far; each
-- revision is the result of its run, or zeros when the run computed the person and there was none any more.
WITH step AS MATERIALIZED (
    SELECT coalesce(r.cpr, e.cpr) AS cpr, coalesce(r.run_id, e.run_id) AS run_id,
           r.cpr IS NOT NULL AS has_result, e.cpr IS NOT NULL AS has_owed, r.udfald, r.kommunekode AS result_kommune,
           r.ordning AS result_ordning,
           ARRAY[r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension] AS result_owed,
           e.entitlement_id, e.revision, e.kommunekode, e.ordning,
           ARRAY[e.til_udbetaling, e.atp_egen, e.atp_kommune, e.skat, e.pension] AS owed,
           e.delta_til_udbetaling AS d1, e.delta_atp_egen AS d2, e.delta_atp_kommune AS d3, e.delta_skat AS d4,
           e.delta_pension AS d5,
           e.row_hash = ydelse.entitlement_hash(e.entitlement_id, e.month, e.cpr, e.revision, e.run_id, e.kommunekode, e.ordning,
               ARRAY[e.til_udbetaling, e.atp_egen, e.atp_kommune, e.skat, e.pension],
               ARRAY[e.delta_til_udbetaling, e.delta_atp_egen, e.delta_atp_kommune, e.delta_skat, e.delta_pension]) AS fits
      FROM (SELECT * FROM ydelse.result WHERE month = :'month'::date) r
      FULL JOIN (SELECT * FROM ydelse.entitlement WHERE month = :'month'::date) e ON e.cpr = r.cpr AND e.run_id = r.run_id),
walked AS (
    SELECT s.*, coalesce(c.first_month, every.first_month) AS first_month,
           count(s.revision) OVER so_far AS revisions,
           ARRAY[coalesce(sum(d1) OVER so_far, 0), coalesce(sum(d2) OVER so_far, 0), coalesce(sum(d3) OVER so_far, 0),
                 coalesce(sum(d4) OVER so_far, 0), coalesce(sum(d5) OVER so_far, 0)]::bigint[] AS sums,
           max(s.kommunekode) FILTER (WHERE s.revision = 1) OVER (PARTITION BY s.cpr) AS first_kommune
      FROM step s
      LEFT JOIN ydelse.run_cutover c ON c.run_id = s.run_id AND c.kommunekode = coalesce(s.result_kommune, s.kommunekode)
      LEFT JOIN ydelse.run_cutover every ON every.run_id = s.run_id AND every.kommunekode = ''
    WINDOW so_far AS (PARTITION BY s.cpr ORDER BY s.run_id, s.revision)),
computed AS (
    SELECT w.*, EXISTS (SELECT FROM ydelse.run_month m
                         WHERE m.run_id = w.run_id AND m.month = :'month'::date
                           AND (m.everyone OR EXISTS (SELECT FROM ydelse.run_scope s
                                                       WHERE s.run_id = m.run_id AND s.month = m.month AND s.cpr = w.cpr))) AS asked
      FROM walked w WHERE w.has_owed AND NOT w.has_result),
wrong AS (
    SELECT 'RAEKKE_AENDRET' AS code, w.cpr, w.run_id, w.entitlement_id, '' AS expected, '' AS found
      FROM walked w WHERE has_owed AND fits IS DISTINCT FROM true
    UNION ALL
    SELECT 'REVISION_MANGLER', cpr, run_id, entitlement_id, revisions::text, revision::text
      FROM walked WHERE has_owed AND revision <> revisions
    UNION ALL
    SELECT 'DELTA_GAAR_IKKE_OP', cpr, run_id, entitlement_id, owed::text, sums::text FROM walked WHERE has_owed AND owed <> sums
    UNION ALL
    SELECT 'SKYLDIG_AFVIGER', cpr, run_id, entitlement_id, result_owed::text, owed::text
      FROM walked WHERE has_owed AND has_result AND udfald <> 'TILBAGEHOLDT' AND owed <> result_owed
    UNION ALL
    SELECT 'SKYLDIG_MANGLER', cpr, run_id, NULL, result_owed::text, sums::text
      FROM walked WHERE has_result AND NOT has_owed AND udfald <> 'TILBAGEHOLDT'
       AND CASE WHEN revisions = 0 THEN first_month <= :'month'::date ELSE sums <> result_owed END
    UNION ALL
    SELECT 'FOER_SKAERING', cpr, run_id, entitlement_id, first_month::text, ''
      FROM walked WHERE has_owed AND revision = 1 AND first_month > :'month'::date
    UNION ALL
    SELECT 'KOMMUNE_AENDRET', cpr, run_id, entitlement_id, coalesce(first_kommune, ''), kommunekode
      FROM walked WHERE has_owed AND (kommunekode IS DISTINCT FROM first_kommune OR (revision = 1 AND kommunekode <> result_kommune))
    UNION ALL
    SELECT 'ORDNING_AENDRET', cpr, run_id, entitlement_id, result_ordning, ordning
      FROM walked WHERE has_owed AND has_result AND result_ordning <> '' AND ordning <> result_ordning
    UNION ALL
    SELECT 'TILBAGEHOLDT', cpr, run_id, entitlement_id, '', owed::text
      FROM walked WHERE has_owed AND has_result AND udfald = 'TILBAGEHOLDT'
    UNION ALL
    SELECT 'SKYLDIG_AFVIGER', cpr, run_id, entitlement_id, '{0,0,0,0,0}', owed::text
      FROM computed WHERE NOT asked OR owed <> '{0,0,0,0,0}'
    UNION ALL
    SELECT 'BORTFALDET', l.cpr, l.run_id, l.entitlement_id, '{0,0,0,0,0}', l.owed::text
      FROM (SELECT DISTINCT ON (cpr) * FROM walked WHERE has_owed ORDER BY cpr, run_id DESC, revision DESC) l
     WHERE l.owed <> '{0,0,0,0,0}'
       AND NOT EXISTS (SELECT FROM ydelse.result_current c WHERE c.month = :'month'::date AND c.cpr = l.cpr))
SELECT code, CASE WHEN entitlement_id IS NULL THEN 'result' ELSE 'entitlement' END AS relation,
       concat_ws(' ', 'run ' || run_id, to_char(:'month'::date, 'YYYY-MM'), 'entitlement ' || entitlement_id,
                 '(' || coalesce(ydelse.participant_place(cpr), '?') || ')') AS key, expected, found
  FROM wrong
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM step)::text;
