-- Collects what is owed into one draft batch per municipality: a row per batch, then what was left out and why.
SELECT kommunekode, reason, batch_id, payment_count, amount_oere, to_char(month, 'YYYY-MM') AS month, line_id, place
  FROM ydelse.batch_create(:'due_date'::date, :'today'::date, :'first_month'::date, :'last_month'::date,
                           :'kommunekode', :'allow_replacement_cpr'::boolean, :'payers'::jsonb, :'list'::boolean)
