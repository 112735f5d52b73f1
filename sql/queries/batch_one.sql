-- One payment batch: psql -v batch=1
SELECT b.batch_id, b.kommunekode, o.payer_name, b.due_date, b.state, b.payment_count, b.total_oere, b.made_by,
       to_char(b.made_at, 'YYYY-MM-DD HH24:MI'), b.approved_by, to_char(b.approved_at, 'YYYY-MM-DD HH24:MI'), b.emitted_by,
       to_char(b.emitted_at, 'YYYY-MM-DD HH24:MI'), b.cancelled_by, b.cancel_reason, o.message_id, o.file_sha256,
       o.file_size_bytes, b.made_by = session_user
  FROM ydelse.batch b JOIN ydelse.batch_overview o USING (batch_id)
 WHERE b.batch_id = :'batch'::integer;
