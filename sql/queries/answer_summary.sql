-- What a file of answers did, by effect.
SELECT effect, answers, amount_oere FROM ydelse.answer_summary(:'answer_file_id'::integer) ORDER BY effect
