-- What is owed for a month, beside the results of every run of it: psql -v month=2024-03-01
-- A person's runs are walked through in their order. Each revision is the one before it plus its differences, and the
-- result of its run, or zeros when the run computed the person and there was none any more; a result without a revision
-- is what was owed already. The municipality, and with it the cut-over, is the one of the first result. Of a month whose runs
-- are erased, what a run that stays has written is held against its own results; the seals tell whether all of it is there.
WITH owed AS MATERIALIZED (
    SELECT e.cpr, e.run_id, e.entitlement_id, e.revision, e.kommunekode, e.ordning,
           ARRAY[e.til_udbetaling, e.atp_egen, e.atp_kommune, e.skat, e.pension] AS owed,
           ARRAY[e.delta_til_udbetaling, e.delta_atp_egen, e.delta_atp_kommune, e.delta_skat, e.delta_pension] AS delta,
           e.row_hash
      FROM ydelse.entitlement e WHERE e.month = :'month'::date),
step AS (
    SELECT coalesce(r.cpr, e.cpr) AS cpr, coalesce(r.run_id, e.run_id) AS run_id, r.cpr IS NOT NULL AS has_result, r.udfald,
           r.kommunekode AS result_kommune, r.ordning AS result_ordning,
           ARRAY[r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension] AS result_owed,
           e.cpr IS NOT NULL AS has_owed, e.entitlement_id, e.revision, e.kommunekode, e.ordning, e.owed, e.delta, e.row_hash
      FROM (SELECT * FROM ydelse.result WHERE month = :'month'::date) r
      FULL JOIN owed e ON e.cpr = r.cpr AND e.run_id = r.run_id),
walked AS (
    SELECT s.*, count(s.revision) OVER (PARTITION BY s.cpr ORDER BY s.run_id, s.revision) AS revisions,
           count(s.revision) OVER (PARTITION BY s.cpr) AS all_revisions,
           first_value(s.result_kommune) OVER (PARTITION BY s.cpr ORDER BY NOT s.has_result, s.run_id) AS first_kommune,
           max(CASE WHEN s.has_result THEN s.run_id END) OVER (PARTITION BY s.cpr) AS last_result
      FROM step s),
judged AS (
    SELECT w.*, coalesce(c.first_month, every.first_month) AS first_month, p.owed AS owed_before,
           array_remove(ARRAY[
               CASE WHEN w.has_owed AND w.row_hash IS DISTINCT FROM ydelse.entitlement_hash(w.entitlement_id, :'month'::date,
                   w.cpr, w.revision, w.run_id, w.kommunekode, w.ordning, w.owed, w.delta) THEN 'RAEKKE_AENDRET' END,
               CASE WHEN w.has_owed AND w.revision <> w.revisions THEN 'REVISION_MANGLER' END,
               CASE WHEN w.has_owed AND CASE WHEN w.revisions = 1 THEN w.delta <> w.owed ELSE p.owed IS NULL
                      OR w.owed[1] <> p.owed[1] + w.delta[1] OR w.owed[2] <> p.owed[2] + w.delta[2]
                      OR w.owed[3] <> p.owed[3] + w.delta[3] OR w.owed[4] <> p.owed[4] + w.delta[4]
                      OR w.owed[5] <> p.owed[5] + w.delta[5] END THEN 'DELTA_GAAR_IKKE_OP' END,
               CASE WHEN w.has_owed AND w.has_result AND w.udfald <> 'TILBAGEHOLDT' AND w.owed <> w.result_owed
                    THEN 'SKYLDIG_AFVIGER' END,
               CASE WHEN w.has_result AND NOT w.has_owed AND w.udfald <> 'TILBAGEHOLDT'
                     AND CASE WHEN w.revisions = 0 THEN coalesce(c.first_month, every.first_month) <= :'month'::date
                              ELSE p.owed IS DISTINCT FROM w.result_owed END THEN 'SKYLDIG_MANGLER' END,
               CASE WHEN w.has_owed AND w.revision = 1 AND coalesce(c.first_month, every.first_month) > :'month'::date
                    THEN 'FOER_SKAERING' END,
               CASE WHEN w.has_owed AND w.kommunekode IS DISTINCT FROM
                         CASE WHEN w.revision = 1 THEN w.first_kommune ELSE p.kommunekode END THEN 'KOMMUNE_AENDRET' END,
               CASE WHEN w.has_owed AND w.ordning IS DISTINCT FROM coalesce(nullif(w.result_ordning, ''), p.ordning, '')
                    THEN 'ORDNING_AENDRET' END,
               CASE WHEN w.has_owed AND w.has_result AND w.udfald = 'TILBAGEHOLDT' THEN 'TILBAGEHOLDT' END], NULL) AS codes
      FROM walked w
      LEFT JOIN owed p ON p.cpr = w.cpr AND p.revision = w.revisions - CASE WHEN w.has_owed THEN 1 ELSE 0 END
      LEFT JOIN ydelse.run_cutover c ON c.run_id = w.run_id AND c.kommunekode = w.first_kommune
      LEFT JOIN ydelse.run_cutover every ON every.run_id = w.run_id AND every.kommunekode = ''),
wrong AS (
    SELECT code, j.cpr, j.run_id, j.entitlement_id,
           CASE code WHEN 'REVISION_MANGLER' THEN j.revisions::text WHEN 'FOER_SKAERING' THEN j.first_month::text
                     WHEN 'KOMMUNE_AENDRET' THEN j.first_kommune WHEN 'ORDNING_AENDRET' THEN j.result_ordning
                     WHEN 'DELTA_GAAR_IKKE_OP' THEN concat_ws(' + ', j.owed_before::text, j.delta::text)
                     WHEN 'SKYLDIG_AFVIGER' THEN j.result_owed::text WHEN 'SKYLDIG_MANGLER' THEN j.result_owed::text END AS expected,
           CASE code WHEN 'REVISION_MANGLER' THEN j.revision::text WHEN 'KOMMUNE_AENDRET' THEN j.kommunekode
                     WHEN 'ORDNING_AENDRET' THEN j.ordning WHEN 'DELTA_GAAR_IKKE_OP' THEN j.owed::text
                     WHEN 'SKYLDIG_AFVIGER' THEN j.owed::text WHEN 'SKYLDIG_MANGLER' THEN j.owed_before::text END AS found
      FROM judged j CROSS JOIN LATERAL unnest(j.codes) AS code
     WHERE j.codes <> '{}'
    UNION ALL
    SELECT 'SKYLDIG_AFVIGER', w.cpr, w.run_id, w.entitlement_id, '{0,0,0,0,0}', w.owed::text
      FROM walked w
     WHERE w.has_owed AND NOT w.has_result
       AND (w.owed <> '{0,0,0,0,0}'
            OR NOT EXISTS (SELECT FROM ydelse.run_month m
                            WHERE m.run_id = w.run_id AND m.month = :'month'::date
                              AND (m.everyone OR EXISTS (SELECT FROM ydelse.run_scope s
                                                          WHERE s.run_id = m.run_id AND s.month = m.month AND s.cpr = w.cpr))))
    UNION ALL
    SELECT 'BORTFALDET', l.cpr, l.run_id, l.entitlement_id, '{0,0,0,0,0}', l.owed::text
      FROM walked l
      LEFT JOIN (SELECT cpr, max(run_id) AS run_id FROM ydelse.run_scope JOIN ydelse.run USING (run_id)
                  WHERE run_scope.month = :'month'::date AND state = 'sealed' GROUP BY cpr) scope ON scope.cpr = l.cpr
     WHERE l.has_owed AND l.revisions = l.all_revisions AND l.owed <> '{0,0,0,0,0}'
       AND greatest(scope.run_id, (SELECT max(run_id) FROM ydelse.run_month m JOIN ydelse.run USING (run_id)
                                    WHERE m.month = :'month'::date AND m.everyone AND state = 'sealed')) > coalesce(l.last_result, 0))
SELECT code, CASE WHEN entitlement_id IS NULL THEN 'result' ELSE 'entitlement' END AS relation,
       concat_ws(' ', 'run ' || run_id, to_char(:'month'::date, 'YYYY-MM'), 'entitlement ' || entitlement_id,
                 '(' || coalesce(ydelse.participant_place(cpr), '?') || ')') AS key, expected, found
  FROM wrong
 WHERE :'month'::date >= ydelse.erased_before() OR code IN ('RAEKKE_AENDRET', 'SKYLDIG_AFVIGER', 'TILBAGEHOLDT')
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM walked)::text;
