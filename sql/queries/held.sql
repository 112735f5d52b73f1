-- Who is held, for what, and since when: psql -v today=2024-03-20
SELECT h.cpr, h.kommunekode, h.code, h.months, to_char(h.first_month, 'YYYY-MM'), to_char(h.last_month, 'YYYY-MM'),
       h.since_run_id, h.since, h.days
  FROM held_list(:'today'::date) h;
