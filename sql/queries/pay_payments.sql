-- What is written into the payment file, in its order.
SELECT end_to_end_id, amount_oere, cpr, navn FROM batch_payments(:'batch_id'::integer)
