-- The second person's yes.
SELECT changed, kommunekode, due_date, payment_count, amount_oere, session_user FROM ydelse.batch_approve(:'batch_id'::integer, :'despite_limits'::text)
