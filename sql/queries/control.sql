-- What each store says, per municipality, month and component.
SELECT kommunekode, to_char(month, 'YYYY-MM'), component, line, payment, posting, reported
  FROM ydelse.control_sums() ORDER BY kommunekode, month NULLS FIRST, component
