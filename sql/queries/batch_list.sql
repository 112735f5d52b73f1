-- Payment batches, the newest first: psql -v first=0 -v count=50
SELECT b.batch_id, b.kommunekode, b.payer_name, b.due_date, b.state, b.payment_count, b.total_oere, b.made_by, b.approved_by,
       count(*) OVER ()
  FROM ydelse.batch_overview b
 ORDER BY b.batch_id DESC OFFSET :'first'::integer LIMIT :'count'::integer;
