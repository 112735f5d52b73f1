-- The input relations of second.sql, for trying it by hand; views with these columns do as well. PostgreSQL and DuckDB.
-- Only rows that count (README, "Input"). Amounts in oere; felt_0200, antal_feriedage and traekprocent in
-- hundredths; months as their first day; not given = NULL. Columns of the contract that no formula uses are left out.
CREATE TABLE parameter (maaned date NOT NULL);
CREATE TABLE politik (noegle text NOT NULL, vaerdi text NOT NULL);
CREATE TABLE satser (sats text NOT NULL, gruppe text NOT NULL, gaelder_fra date NOT NULL, gaelder_til date, vaerdi bigint NOT NULL);
CREATE TABLE deltagere (cpr_nummer text NOT NULL, kommunekode text, foedselsdato date NOT NULL, doedsdato date, se_nummer text);
CREATE TABLE forloeb (forloeb_id text NOT NULL, cpr_nummer text NOT NULL, ordning text NOT NULL, startdato date NOT NULL, slutdato date,
    bevilget_dato date, tidligere_ydelse text NOT NULL, ugebeloeb bigint, niveau_slutdato date);
CREATE TABLE boern (post_id text NOT NULL, cpr_nummer text NOT NULL, barn_foedselsdato date NOT NULL, forhold text NOT NULL,
    forsoergelse_fra date, forsoergelse_til date, i_riget text, bidrag_beloeb bigint);
CREATE TABLE perioder (post_id text NOT NULL, cpr_nummer text NOT NULL, art text NOT NULL, foerste_dag date NOT NULL, sidste_dag date,
    beloeb bigint, afgoerelse_id text);
CREATE TABLE indkomst (post_id text NOT NULL, cpr_nummer text NOT NULL, arbejdsgiver_se text, indkomsttype text NOT NULL, klasse text,
    loenperiode_start date, loenperiode_slut date, dispositionsdato date NOT NULL, felt_0013 bigint, felt_0014 bigint, felt_0036 bigint,
    felt_0038 bigint, felt_0147 bigint, felt_0148 bigint, felt_0198 bigint, felt_0200 bigint);
CREATE TABLE feriepenge (post_id text NOT NULL, cpr_nummer text NOT NULL, art text NOT NULL, udbetalingstype text NOT NULL,
    ferieaar text NOT NULL, foerste_feriedag date, sidste_feriedag date, antal_feriedage bigint, beloeb_brutto bigint NOT NULL,
    udbetalingsdato date NOT NULL);
CREATE TABLE sanktioner (sanktion_id text NOT NULL, cpr_nummer text NOT NULL, art text NOT NULL, haendelsesdato date NOT NULL,
    dage bigint, virkningsmaaned date, foerste_dag date, sidste_dag date, afgoerelse_id text);
CREATE TABLE skattekort (post_id text NOT NULL, cpr_nummer text NOT NULL, foerste_dag date NOT NULL, sidste_dag date, korttype text NOT NULL,
    traekprocent bigint, maanedsfradrag bigint, frikort_graense bigint);
