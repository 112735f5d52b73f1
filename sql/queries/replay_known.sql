-- What a replay of a run is computed with: psql -v run=1 -v as_of=3 -v time='' (time: law stored by then; '': the run's)
SELECT to_char(own.loaded_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'), to_char(asked.loaded_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'),
       encode(satser.sha256, 'hex'), encode(politik.sha256, 'hex'), encode(satser_now.sha256, 'hex'),
       encode(politik_now.sha256, 'hex'),
       (SELECT count(*) FROM ydelse.run_month m WHERE m.run_id = r.run_id AND m.everyone),
       (SELECT count(*) FROM ydelse.run_month m WHERE m.run_id = r.run_id AND NOT m.everyone)
  FROM ydelse.run r
  JOIN ydelse.delivery own ON own.delivery_id = r.data_as_of
  JOIN ydelse.delivery asked ON asked.delivery_id = :'as_of'::integer
  JOIN ydelse.law_set satser ON satser.law_set_id = r.satser_id
  JOIN ydelse.law_set politik ON politik.law_set_id = r.politik_id
  JOIN ydelse.law_set satser_now ON satser_now.law_set_id = CASE WHEN :'time'::text = '' THEN r.satser_id
       ELSE (SELECT max(l.law_set_id) FROM ydelse.law_set l
              WHERE l.kind = 'satser' AND l.stored_at <= nullif(:'time'::text, '')::timestamptz) END
  JOIN ydelse.law_set politik_now ON politik_now.law_set_id = CASE WHEN :'time'::text = '' THEN r.politik_id
       ELSE (SELECT max(l.law_set_id) FROM ydelse.law_set l
              WHERE l.kind = 'politik' AND l.stored_at <= nullif(:'time'::text, '')::timestamptz) END
 WHERE r.run_id = :'run'::integer;
