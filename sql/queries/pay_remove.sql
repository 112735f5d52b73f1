-- Takes one payment out of a batch that is not emitted; an approval is void.
SELECT changed, kommunekode, due_date, payment_count, amount_oere, was_state
  FROM ydelse.batch_remove_payment(:'batch_id'::integer, :'end_to_end_id', :'reason')
