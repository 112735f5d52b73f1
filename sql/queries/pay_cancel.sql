-- Gives a batch up before its emission.
SELECT changed, kommunekode, due_date, payment_count, amount_oere FROM ydelse.batch_cancel(:'batch_id'::integer, :'reason')
