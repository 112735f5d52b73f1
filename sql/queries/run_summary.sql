-- One run in one row: psql -v run=1
SELECT r.run_id, to_char(r.month, 'YYYY-MM'), r.state, r.data_as_of, to_char(r.first_month, 'YYYY-MM'),
       (SELECT count(*) FROM ydelse.run_month m WHERE m.run_id = r.run_id),
       r.people, r.betales, r.nul, r.foertidspension, r.tilbageholdt, r.til_udbetaling, r.pension,
       r.delta_lines, r.delta_til_udbetaling, r.vanished,
       encode(r.result_digest, 'hex'), encode(r.seal, 'hex'), encode(r.previous_seal, 'hex')
  FROM ydelse.run r
 WHERE r.run_id = :'run'::integer;
