-- The input relations of second.sql from the facts of schema ydelse, as known at a delivery, and the law of a run.
-- Settings: second.data_as_of (a delivery), second.run (whose rates and policies), second.month (its first day).
-- Made as tables in the first schema of the search path, in a transaction that is rolled back; they hold only rows
-- that count, in the units of tables.sql; reductions whose automatic rule is switched off (brug_*) are left out, as if
-- they had never been reported.

-- The date in a CPR number: day + 60 is a replacement number, the seventh digit gives the century.
CREATE FUNCTION born_by_number(cpr text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT make_date(CASE WHEN seventh <= 3 THEN 1900
                              WHEN seventh IN (4, 9) THEN CASE WHEN yy <= 36 THEN 2000 ELSE 1900 END
                              ELSE CASE WHEN yy <= 57 THEN 2000 ELSE 1800 END END + yy,
                         mm, CASE WHEN dd > 60 THEN dd - 60 ELSE dd END)
          FROM (SELECT substr(cpr, 1, 2)::integer AS dd, substr(cpr, 3, 2)::integer AS mm,
                       substr(cpr, 5, 2)::integer AS yy, substr(cpr, 7, 1)::integer AS seventh) digits);

CREATE FUNCTION counts(of_bucket smallint, of_file integer, of_line integer, known_from integer, posttype "char")
RETURNS boolean LANGUAGE sql STABLE
RETURN posttype <> 'T' AND known_from <= current_setting('second.data_as_of')::integer
   AND NOT EXISTS (SELECT FROM ydelse.fact_ended e
                    WHERE e.bucket = of_bucket AND e.file_id = of_file AND e.line = of_line
                      AND e.delivery_id <= current_setting('second.data_as_of')::integer);

CREATE TABLE parameter AS SELECT current_setting('second.month')::date AS maaned;

CREATE TABLE satser AS
SELECT split_part(line, ';', 1) AS sats, split_part(line, ';', 2) AS gruppe, split_part(line, ';', 3)::date AS gaelder_fra,
       nullif(split_part(line, ';', 4), '')::date AS gaelder_til, replace(split_part(line, ';', 5), ',', '')::bigint AS vaerdi
  FROM ydelse.run r JOIN ydelse.law_set l ON l.law_set_id = r.satser_id,
       regexp_split_to_table(rtrim(l.content, E'\n'), E'\n') AS line
 WHERE r.run_id = current_setting('second.run')::integer;

CREATE TABLE politik AS
SELECT split_part(line, '=', 1) AS noegle, split_part(line, '=', 2) AS vaerdi
  FROM ydelse.run r JOIN ydelse.law_set l ON l.law_set_id = r.politik_id,
       regexp_split_to_table(rtrim(l.content, E'\n'), E'\n') AS line
 WHERE r.run_id = current_setting('second.run')::integer;

CREATE TABLE deltagere AS
SELECT cpr_nummer, kommunekode, coalesce(foedselsdato, born_by_number(cpr_nummer)) AS foedselsdato, doedsdato, se_nummer
  FROM ydelse.fact_deltagere WHERE counts(bucket, file_id, line, delivery_id, posttype);

CREATE TABLE forloeb AS
SELECT forloeb_id, cpr_nummer, ordning, startdato, slutdato, bevilget_dato, tidligere_ydelse, ugebeloeb, niveau_slutdato
  FROM ydelse.fact_forloeb WHERE counts(bucket, file_id, line, delivery_id, posttype);

CREATE TABLE boern AS
SELECT post_id, cpr_nummer, coalesce(barn_foedselsdato, born_by_number(barn_cpr)) AS barn_foedselsdato, forhold,
       forsoergelse_fra, forsoergelse_til, CASE i_riget WHEN false THEN 'N' ELSE 'J' END AS i_riget, bidrag_beloeb
  FROM ydelse.fact_boern WHERE counts(bucket, file_id, line, delivery_id, posttype);

CREATE TABLE perioder AS
SELECT post_id, cpr_nummer, art, foerste_dag, sidste_dag, beloeb, afgoerelse_id
  FROM ydelse.fact_perioder WHERE counts(bucket, file_id, line, delivery_id, posttype)
   AND NOT EXISTS (SELECT FROM politik WHERE noegle = 'brug_' || lower(art) AND vaerdi = 'nej');

CREATE TABLE indkomst AS
SELECT post_id, cpr_nummer, arbejdsgiver_se, indkomsttype, klasse, loenperiode_start, loenperiode_slut, dispositionsdato,
       felt_0013, felt_0014, felt_0036, felt_0038, felt_0147, felt_0148, felt_0198, felt_0200
  FROM ydelse.fact_indkomst WHERE counts(bucket, file_id, line, delivery_id, posttype);

CREATE TABLE feriepenge AS
SELECT post_id, cpr_nummer, art, udbetalingstype, ferieaar::text AS ferieaar, foerste_feriedag, sidste_feriedag, antal_feriedage,
       beloeb_brutto, udbetalingsdato
  FROM ydelse.fact_feriepenge WHERE counts(bucket, file_id, line, delivery_id, posttype);

CREATE TABLE sanktioner AS
SELECT sanktion_id, cpr_nummer, art, haendelsesdato, dage, virkningsmaaned, foerste_dag, sidste_dag, afgoerelse_id
  FROM ydelse.fact_sanktioner WHERE counts(bucket, file_id, line, delivery_id, posttype)
   AND NOT EXISTS (SELECT FROM politik WHERE noegle = 'brug_sanktion_' || lower(art) AND vaerdi = 'nej');

CREATE TABLE skattekort AS
SELECT post_id, cpr_nummer, foerste_dag, sidste_dag, korttype, traekprocent, maanedsfradrag, frikort_graense
  FROM ydelse.fact_skattekort WHERE counts(bucket, file_id, line, delivery_id, posttype);

ANALYZE parameter; ANALYZE satser; ANALYZE politik; ANALYZE deltagere; ANALYZE forloeb; ANALYZE boern;
ANALYZE perioder; ANALYZE indkomst; ANALYZE feriepenge; ANALYZE sanktioner; ANALYZE skattekort;
