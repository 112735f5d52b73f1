-- Claims every shard that is open or whose lease has run out: psql -v run=1 -v attempt=1
UPDATE ydelse.run_shard s
   SET state = 'claimed', attempt_id = :'attempt'::integer, fencing_token = s.fencing_token + 1,
       lease_until = clock_timestamp() + interval '1 hour'
  FROM (SELECT run_id, shard FROM ydelse.run_shard
         WHERE run_id = :'run'::integer
           AND (state = 'open' OR (state = 'claimed' AND lease_until < clock_timestamp()))
         ORDER BY shard FOR UPDATE SKIP LOCKED) free
 WHERE s.run_id = free.run_id AND s.shard = free.shard
RETURNING s.shard, s.fencing_token;
