-- What one person is told about a month: psql -v cpr=... -v month=2024-03-01
SELECT section, happened, amount_oere, total_oere, words, reference FROM 
  ydelse.statement_lines(:'cpr', :'month'::date, ydelse.session_started())
