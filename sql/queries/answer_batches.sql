-- The batches a file of answers was about, and how far they are answered.
SELECT batch_id, kommunekode, state, payments, unanswered FROM ydelse.answer_batches(:'answer_file_id'::integer)
