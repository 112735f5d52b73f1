-- Reports shards as done, those whose fencing token is still the worker's:
-- psql -v run=1 -v shards='{0,1}' -v tokens='{1,1}' -v rows='{10,12}' -v sums='{100,200}' -v digests='{"\\x..","\\x.."}'
UPDATE ydelse.run_shard s
   SET state = 'done', rows = d.rows, til_udbetaling = d.til_udbetaling, digest = d.digest,
       done_at = clock_timestamp(), lease_until = NULL
  FROM unnest(:'shards'::smallint[], :'tokens'::integer[], :'rows'::bigint[], :'sums'::bigint[],
              :'digests'::bytea[]) AS d (shard, fencing_token, rows, til_udbetaling, digest)
 WHERE s.run_id = :'run'::integer AND s.shard = d.shard AND s.fencing_token = d.fencing_token AND s.state = 'claimed'
RETURNING s.shard;
