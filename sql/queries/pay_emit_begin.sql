-- The batch to emit, locked; with its file when it was emitted before.
SELECT kommunekode, due_date, state, payment_count, amount_oere, payer_name, payer_cvr, payer_iban, payer_bic,
       message_id, file_sha256, file_bytes, file_format
  FROM ydelse.batch_emit_begin(:'batch_id'::integer)
