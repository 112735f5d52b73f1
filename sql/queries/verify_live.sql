-- Asked when the ended rows are not those that were stored: which ids have two versions that count, or none though the
-- last one was not withdrawn; and which ended rows are versions of nothing.
WITH version AS (SELECT 'deltagere' AS kind, cpr_nummer AS id, bucket, file_id, line, posttype FROM ydelse.fact_deltagere
           UNION ALL SELECT 'forloeb' AS kind, forloeb_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_forloeb
           UNION ALL SELECT 'boern' AS kind, post_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_boern
           UNION ALL SELECT 'perioder' AS kind, post_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_perioder
           UNION ALL SELECT 'indkomst' AS kind, post_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_indkomst
           UNION ALL SELECT 'feriepenge' AS kind, post_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_feriepenge
           UNION ALL SELECT 'sanktioner' AS kind, sanktion_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_sanktioner
           UNION ALL SELECT 'skattekort' AS kind, post_id AS id, bucket, file_id, line, posttype FROM ydelse.fact_skattekort),
told AS (SELECT v.*, e.line IS NOT NULL AS ended FROM version v
           LEFT JOIN ydelse.fact_ended e ON e.bucket = v.bucket AND e.file_id = v.file_id AND e.line = v.line),
id AS (SELECT kind, id, count(*) FILTER (WHERE NOT ended AND posttype <> 'T') AS live,
              (array_agg(posttype ORDER BY file_id DESC, line DESC))[1] AS last_posttype,
              (array_agg(file_id || ':' || line ORDER BY file_id DESC, line DESC) FILTER (WHERE NOT ended AND posttype <> 'T'))[2] AS second,
              (array_agg(file_id || ':' || line ORDER BY file_id DESC, line DESC))[1] AS last
         FROM told GROUP BY kind, id)
SELECT 'TO_LEVENDE' AS code, 'fact_ended' AS relation, i.kind || ' ' || f.name || ':' || split_part(i.second, ':', 2) AS key,
       '1' AS expected, i.live::text AS found
  FROM id i JOIN ydelse.input_file f ON f.file_id = split_part(i.second, ':', 1)::integer WHERE i.live > 1
UNION ALL
SELECT 'INGEN_LEVENDE', 'fact_ended', i.kind || ' ' || f.name || ':' || split_part(i.last, ':', 2), '1', '0'
  FROM id i JOIN ydelse.input_file f ON f.file_id = split_part(i.last, ':', 1)::integer
 WHERE i.live = 0 AND i.last_posttype <> 'T'
UNION ALL
SELECT 'RAEKKE_UKENDT', 'fact_ended', e.file_id || ':' || e.line, '', ''
  FROM ydelse.fact_ended e
 WHERE NOT EXISTS (SELECT FROM version v WHERE v.bucket = e.bucket AND v.file_id = e.file_id AND v.line = e.line);
