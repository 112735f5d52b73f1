-- What happened to a batch, in order: psql -v batch=1
SELECT to_char(e.happened_at, 'YYYY-MM-DD HH24:MI:SS'), e.by_user, e.event, e.new_state, e.detail
  FROM ydelse.batch_event e WHERE e.batch_id = :'batch'::integer ORDER BY e.event_id;
