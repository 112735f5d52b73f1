-- Notes that the bank was asked to stop an emitted batch.
SELECT changed, kommunekode, due_date, payment_count, amount_oere, message_id
  FROM ydelse.batch_recall(:'batch_id'::integer, :'reason')
