-- Stores the file and moves the batch and its payments; returns the SHA-256 of the stored bytes.
SELECT ydelse.batch_emit_store(:'batch_id'::integer, :'today'::date, :'format', :'message_id', :'bytes'::bytea,
                               :'payment_count'::bigint, :'amount_oere'::bigint)
