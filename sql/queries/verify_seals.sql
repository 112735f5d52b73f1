-- The chain of seals from the first run to the last: no number is missing, each seal points at the one before and is
-- that of its text. What the text says is held against the tables by the program (ydelse.run_seal_text).
WITH chain AS (
    SELECT r.run_id, r.state, r.seal, r.previous_seal, r.seal_text,
           lag(r.seal, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY r.run_id) AS seal_before
      FROM ydelse.run r WHERE r.state = 'sealed'),
numbered AS (SELECT run_id, lag(run_id, 1, 0) OVER (ORDER BY run_id) AS number_before FROM ydelse.run)
SELECT 'NUMMER_MANGLER' AS code, 'run' AS relation, run_id::text AS key, (number_before + 1)::text AS expected,
       run_id::text AS found
  FROM numbered WHERE run_id <> number_before + 1
UNION ALL
SELECT 'SEGL_MANGLER', 'run', run_id::text, '', ''
  FROM chain WHERE seal IS NULL OR previous_seal IS NULL OR seal_text IS NULL
UNION ALL
SELECT 'SEGL_MANGLER', 'run', r.run_id::text, 'sealed', r.state
  FROM ydelse.run r WHERE r.state <> 'sealed'
   AND (r.seal IS NOT NULL OR EXISTS (SELECT FROM ydelse.result x WHERE x.run_id = r.run_id))
UNION ALL
SELECT 'KAEDE_BRUDT', 'run', run_id::text, encode(seal_before, 'hex'), encode(previous_seal, 'hex')
  FROM chain WHERE previous_seal <> seal_before
UNION ALL
SELECT 'SUM_AFVIGER', 'run', run_id::text, encode(sha256(previous_seal || convert_to(seal_text, 'UTF8')), 'hex'),
       encode(seal, 'hex')
  FROM chain WHERE seal <> sha256(previous_seal || convert_to(seal_text, 'UTF8'))
UNION ALL
SELECT 'RAEKKE_UKENDT', 'result', 'run ' || x.run_id, '', '' FROM (SELECT DISTINCT run_id FROM ydelse.result) x
 WHERE NOT EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = x.run_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', child.relation, 'run ' || child.run_id, '', ''
  FROM (SELECT 'run_shard' AS relation, run_id FROM ydelse.run_shard UNION SELECT 'run_month', run_id FROM ydelse.run_month
        UNION SELECT 'run_cutover', run_id FROM ydelse.run_cutover UNION SELECT 'run_scope', run_id FROM ydelse.run_scope
        UNION SELECT 'run_attempt', run_id FROM ydelse.run_attempt
        UNION SELECT 'run_bucket', run_id FROM ydelse.run_bucket) child
 WHERE NOT EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = child.run_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM chain)::text;
