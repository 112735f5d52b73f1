-- Lets the next batch pay rejected payments again: those named, or all (NULL) but the contradictions.
SELECT end_to_end_id, to_char(month, 'YYYY-MM'), amount_oere FROM ydelse.payment_release_again(:'ids'::text[], :'reason') WHERE changed
