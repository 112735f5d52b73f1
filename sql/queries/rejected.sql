-- Rejected payments whose money is open again: psql -v today=2024-04-02 -v kommune=0101.
SELECT end_to_end_id, kommunekode, to_char(month, 'YYYY-MM'), amount_oere, state, code, reason, answered, days, place, again, proposed,
       proposed_by
  FROM rejected_list(:'today'::date, :'kommune')
