-- One run as the report's first lines have it: psql -v run=1
SELECT r.run_id, to_char(r.month, 'YYYY-MM'), r.kind, r.full_run, r.state, r.started_by, r.reason,
       to_char(r.planned_at, 'YYYY-MM-DD HH24:MI:SS'), to_char(r.ended_at, 'YYYY-MM-DD HH24:MI:SS'), r.failure, r.data_as_of,
       (SELECT count(*) FROM ydelse.run_month m WHERE m.run_id = r.run_id), r.people, r.betales, r.nul, r.foertidspension,
       r.tilbageholdt, r.til_udbetaling, r.pension, r.delta_lines, r.delta_til_udbetaling, r.vanished,
       encode(r.result_digest, 'hex'), encode(r.seal, 'hex'), encode(satser.sha256, 'hex'), encode(politik.sha256, 'hex'),
       split_part(split_part(program.content, 'version=', 2), E'\n', 1),
       (SELECT max(b.run_id) FROM ydelse.run b WHERE b.run_id < r.run_id AND b.state = 'sealed')
  FROM ydelse.run r
  JOIN ydelse.law_set satser ON satser.law_set_id = r.satser_id
  JOIN ydelse.law_set politik ON politik.law_set_id = r.politik_id
  JOIN ydelse.law_set program ON program.law_set_id = r.program_id
 WHERE r.run_id = :'run'::integer;
