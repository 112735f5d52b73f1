-- Proposes or confirms how a contradiction is resolved: psql -v payment=YD11-1 -v outcome=betalt -v reason='banken bekræfter'
SELECT step, kommunekode, to_char(month, 'YYYY-MM'), amount_oere, proposed_by
  FROM ydelse.payment_resolve(:'payment', :'outcome', :'reason')
