-- Facts: every accepted row of every delivery, as it was, for good.
--
-- One table per kind of input file. (file_id, line) names a version of a row: where it stood, and its place in
-- the order of arrival. delivery_id says from which delivery on it was known. A version stops counting when
-- fact_ended says so (replaced by R, withdrawn by T, or displaced when an earlier row of its id came to count).
--
--     known as of D  =  delivery_id <= D
--     live as of D   =  known as of D, posttype <> 'T', and not ended by a delivery <= D
--
-- Amounts are oere, numbers with two decimals are hundredths (hours, per cent, days); a month is its first day.
-- content is the XXH3-128 hash of all columns but posttype and indberettet, as text. bucket is XXH3-64 of the
-- CPR number & 255: it spreads participants over the shards of a run (-1: a withdrawal without CPR number).
-- salt is random (io/load/salt.h): without it, a row_hash that outlives its row would let guesses be tested.
-- row_hash is taken by the loading program: the first 16 bytes of the SHA-256 over the row's columns from file_id on
-- (all but delivery_id, so that a row that waited keeps it), as binary COPY writes them.
-- Columns that a row of posttype T may leave out are nullable; the loading program checks what is required.
-- No foreign keys and no triggers per row: these tables are filled by COPY, and the sealing of a run counts
-- them against input_file.

CREATE TABLE fact_deltagere (
    delivery_id  integer NOT NULL,
    file_id      integer NOT NULL,
    line         integer NOT NULL,
    bucket       smallint NOT NULL,
    posttype     "char" NOT NULL,
    content      uuid NOT NULL,
    salt         uuid NOT NULL,
    row_hash     uuid NOT NULL,
    indberettet  text COLLATE "C",
    cpr_nummer   text COLLATE "C" NOT NULL,
    kommunekode  text COLLATE "C",
    navn         text COLLATE "C",
    foedselsdato date,
    doedsdato    date,
    se_nummer    text COLLATE "C"
);

CREATE TABLE fact_forloeb (
    delivery_id      integer NOT NULL,
    file_id          integer NOT NULL,
    line             integer NOT NULL,
    bucket           smallint NOT NULL,
    posttype         "char" NOT NULL,
    content          uuid NOT NULL,
    salt             uuid NOT NULL,
    row_hash         uuid NOT NULL,
    indberettet      text COLLATE "C",
    forloeb_id       text COLLATE "C" NOT NULL,
    cpr_nummer       text COLLATE "C",
    ordning          text COLLATE "C",
    startdato        date,
    slutdato         date,
    bevilget_dato    date,
    tidligere_ydelse text COLLATE "C",
    ugebeloeb        bigint,
    niveau_slutdato  date,
    afgoerelse_id    text COLLATE "C"
);

CREATE TABLE fact_boern (
    delivery_id       integer NOT NULL,
    file_id           integer NOT NULL,
    line              integer NOT NULL,
    bucket            smallint NOT NULL,
    posttype          "char" NOT NULL,
    content           uuid NOT NULL,
    salt              uuid NOT NULL,
    row_hash          uuid NOT NULL,
    indberettet       text COLLATE "C",
    post_id           text COLLATE "C" NOT NULL,
    cpr_nummer        text COLLATE "C",
    barn_cpr          text COLLATE "C",
    barn_foedselsdato date,
    forhold           text COLLATE "C",
    forsoergelse_fra  date,
    forsoergelse_til  date,
    i_riget           boolean,
    bidrag_beloeb     bigint
);

CREATE TABLE fact_perioder (
    delivery_id   integer NOT NULL,
    file_id       integer NOT NULL,
    line          integer NOT NULL,
    bucket        smallint NOT NULL,
    posttype      "char" NOT NULL,
    content       uuid NOT NULL,
    salt          uuid NOT NULL,
    row_hash      uuid NOT NULL,
    indberettet   text COLLATE "C",
    post_id       text COLLATE "C" NOT NULL,
    cpr_nummer    text COLLATE "C",
    art           text COLLATE "C",
    foerste_dag   date,
    sidste_dag    date,
    beloeb        bigint,
    afgoerelse_id text COLLATE "C"
);

CREATE TABLE fact_indkomst (
    delivery_id        integer NOT NULL,
    file_id            integer NOT NULL,
    line               integer NOT NULL,
    bucket             smallint NOT NULL,
    posttype           "char" NOT NULL,
    content            uuid NOT NULL,
    salt               uuid NOT NULL,
    row_hash           uuid NOT NULL,
    indberettet        text COLLATE "C",
    post_id            text COLLATE "C" NOT NULL,
    cpr_nummer         text COLLATE "C",
    arbejdsgiver_se    text COLLATE "C",
    produktionsenhed   text COLLATE "C",
    medarbejder_nummer text COLLATE "C",
    indkomsttype       text COLLATE "C",
    klasse             text COLLATE "C",
    loenperiode_start  date,
    loenperiode_slut   date,
    dispositionsdato   date,
    felt_0013          bigint,
    felt_0014          bigint,
    felt_0015          bigint,
    felt_0016          bigint,
    felt_0036          bigint,
    felt_0038          bigint,
    felt_0046          bigint,
    felt_0147          bigint,
    felt_0148          bigint,
    felt_0198          bigint,
    felt_0200          bigint
);

CREATE TABLE fact_feriepenge (
    delivery_id            integer NOT NULL,
    file_id                integer NOT NULL,
    line                   integer NOT NULL,
    bucket                 smallint NOT NULL,
    posttype               "char" NOT NULL,
    content                uuid NOT NULL,
    salt                   uuid NOT NULL,
    row_hash               uuid NOT NULL,
    indberettet            text COLLATE "C",
    post_id                text COLLATE "C" NOT NULL,
    kilde                  text COLLATE "C",
    feriepengeudbetaler_se text COLLATE "C",
    arbejdsgiver_se        text COLLATE "C",
    cpr_nummer             text COLLATE "C",
    art                    text COLLATE "C",
    udbetalingstype        text COLLATE "C",
    ferieaar               integer,
    anmodningsdato         date,
    foerste_feriedag       date,
    sidste_feriedag        date,
    antal_feriedage        bigint,
    beloeb_brutto          bigint,
    beloeb_netto           bigint,
    skat_indeholdt         boolean,
    udbetalingsdato        date
);

CREATE TABLE fact_sanktioner (
    delivery_id     integer NOT NULL,
    file_id         integer NOT NULL,
    line            integer NOT NULL,
    bucket          smallint NOT NULL,
    posttype        "char" NOT NULL,
    content         uuid NOT NULL,
    salt            uuid NOT NULL,
    row_hash        uuid NOT NULL,
    indberettet     text COLLATE "C",
    sanktion_id     text COLLATE "C" NOT NULL,
    cpr_nummer      text COLLATE "C",
    art             text COLLATE "C",
    haendelsesdato  date,
    dage            integer,
    virkningsmaaned date,
    foerste_dag     date,
    sidste_dag      date,
    afgoerelse_id   text COLLATE "C"
);

CREATE TABLE fact_skattekort (
    delivery_id     integer NOT NULL,
    file_id         integer NOT NULL,
    line            integer NOT NULL,
    bucket          smallint NOT NULL,
    posttype        "char" NOT NULL,
    content         uuid NOT NULL,
    salt            uuid NOT NULL,
    row_hash        uuid NOT NULL,
    indberettet     text COLLATE "C",
    post_id         text COLLATE "C" NOT NULL,
    cpr_nummer      text COLLATE "C",
    foerste_dag     date,
    sidste_dag      date,
    korttype        text COLLATE "C",
    traekprocent    bigint,
    maanedsfradrag  bigint,
    frikort_graense bigint
);

-- Versions that stopped counting, and from which delivery on.
CREATE TABLE fact_ended (
    bucket      smallint NOT NULL, -- bucket and cpr of the version that ended
    cpr         text COLLATE "C" NOT NULL,
    file_id     integer NOT NULL,
    line        integer NOT NULL,
    delivery_id integer NOT NULL,
    salt        uuid NOT NULL,
    row_hash    bytea NOT NULL,
    PRIMARY KEY (bucket, file_id, line)
);
CREATE INDEX fact_ended_delivery ON fact_ended USING brin (delivery_id);
SELECT protect('fact_ended');

CREATE FUNCTION fact_ended_row_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := pg_catalog.gen_random_uuid();
    NEW.row_hash := pg_catalog.sha256(pg_catalog.record_send(ROW(NEW.bucket, NEW.cpr, NEW.file_id, NEW.line, NEW.delivery_id,
        NEW.salt)));
    RETURN NEW;
END $$;
CREATE TRIGGER row_hash BEFORE INSERT ON fact_ended FOR EACH ROW EXECUTE FUNCTION fact_ended_row_hash();

-- Well-formed rows that were rejected for what they mean beside other rows (participant unknown, nothing to
-- withdraw, id used with other content): kept decoded, so that they can be folded again when a row of their id
-- or their participant arrives. Whether one still waits is told by reject_resolved.
CREATE FUNCTION create_waiting(kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE ydelse.waiting_%1$s (LIKE ydelse.fact_%1$s, reject_id bigint NOT NULL PRIMARY KEY)',
                   kind);
    EXECUTE format('SELECT ydelse.protect(''ydelse.waiting_%1$s'')', kind);
    EXECUTE format('SELECT ydelse.protect(''ydelse.fact_%1$s'')', kind);
END $$;

-- The indexes of a fact table: by id (to fold), by participant (to compute), by delivery (what is new).
-- Statistics of the columns that queries choose by, so that the first night is planned as well as later ones; of a sample
-- of 6000 rows, for how many there are is what matters, and the usual sample takes a quarter of the time of all this.
CREATE FUNCTION fact_index_create(kind text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET maintenance_work_mem = '256MB' SET default_statistics_target = 20 AS $$
DECLARE
    id_column text := CASE kind WHEN 'deltagere' THEN 'cpr_nummer' WHEN 'forloeb' THEN 'forloeb_id'
                                WHEN 'sanktioner' THEN 'sanktion_id' ELSE 'post_id' END;
BEGIN
    EXECUTE format('CREATE INDEX fact_%1$s_id ON ydelse.fact_%1$s (%2$I)', kind, id_column);
    EXECUTE format('CREATE INDEX fact_%1$s_participant ON ydelse.fact_%1$s (bucket, cpr_nummer)', kind);
    EXECUTE format('CREATE INDEX fact_%1$s_delivery ON ydelse.fact_%1$s USING brin (delivery_id) '
                   'WITH (autosummarize = on)', kind);
    EXECUTE format('ANALYZE ydelse.fact_%1$s (bucket, file_id, line, delivery_id, posttype, cpr_nummer%2$s)',
                   kind, CASE kind WHEN 'deltagere' THEN '' ELSE ', ' || quote_ident(id_column) END
                         || CASE kind WHEN 'indkomst' THEN ', dispositionsdato' ELSE '' END);
END $$;

CREATE FUNCTION fact_index_drop(kind text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('DROP INDEX ydelse.fact_%1$s_id, ydelse.fact_%1$s_participant, ydelse.fact_%1$s_delivery', kind);
END $$;

SELECT create_waiting('deltagere'), fact_index_create('deltagere');
CREATE INDEX waiting_deltagere_id ON waiting_deltagere (cpr_nummer);
SELECT create_waiting('forloeb'), fact_index_create('forloeb');
CREATE INDEX waiting_forloeb_id ON waiting_forloeb (forloeb_id);
CREATE INDEX waiting_forloeb_participant ON waiting_forloeb (cpr_nummer);
SELECT create_waiting('boern'), fact_index_create('boern');
CREATE INDEX waiting_boern_id ON waiting_boern (post_id);
CREATE INDEX waiting_boern_participant ON waiting_boern (cpr_nummer);
SELECT create_waiting('perioder'), fact_index_create('perioder');
CREATE INDEX waiting_perioder_id ON waiting_perioder (post_id);
CREATE INDEX waiting_perioder_participant ON waiting_perioder (cpr_nummer);
SELECT create_waiting('indkomst'), fact_index_create('indkomst');
CREATE INDEX waiting_indkomst_id ON waiting_indkomst (post_id);
CREATE INDEX waiting_indkomst_participant ON waiting_indkomst (cpr_nummer);
SELECT create_waiting('feriepenge'), fact_index_create('feriepenge');
CREATE INDEX waiting_feriepenge_id ON waiting_feriepenge (post_id);
CREATE INDEX waiting_feriepenge_participant ON waiting_feriepenge (cpr_nummer);
SELECT create_waiting('sanktioner'), fact_index_create('sanktioner');
CREATE INDEX waiting_sanktioner_id ON waiting_sanktioner (sanktion_id);
CREATE INDEX waiting_sanktioner_participant ON waiting_sanktioner (cpr_nummer);
SELECT create_waiting('skattekort'), fact_index_create('skattekort');
CREATE INDEX waiting_skattekort_id ON waiting_skattekort (post_id);
CREATE INDEX waiting_skattekort_participant ON waiting_skattekort (cpr_nummer);

-- The digests of what a delivery added beside the facts of its files, whose digests the loading program has written
-- itself: waiting rows, rows that waited and count now (of the kinds named), ended versions, rejects.
CREATE FUNCTION load_digest_rest(loaded integer, woken_kinds text[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner',
                                'skattekort'] LOOP
        EXECUTE format('INSERT INTO ydelse.load_digest (delivery_id, relation, file_id, rows, digest)
                        SELECT $1, ''waiting_%1$s'', file_id, count(*),
                               sha256(string_agg(uuid_send(row_hash), ''''::bytea ORDER BY line, reject_id))
                          FROM ydelse.waiting_%1$s WHERE delivery_id = $1 GROUP BY file_id', kind) USING loaded;
    END LOOP;
    FOREACH kind IN ARRAY woken_kinds LOOP
        EXECUTE format('INSERT INTO ydelse.load_digest (delivery_id, relation, file_id, rows, digest)
                        SELECT $1, ''fact_%1$s'', f.file_id, count(*),
                               sha256(string_agg(uuid_send(f.row_hash), ''''::bytea ORDER BY f.line))
                          FROM ydelse.fact_%1$s f
                         WHERE f.delivery_id = $1
                           AND NOT EXISTS (SELECT FROM ydelse.input_file i WHERE i.file_id = f.file_id AND i.delivery_id = $1)
                         GROUP BY f.file_id', kind) USING loaded;
    END LOOP;
    INSERT INTO ydelse.load_digest (delivery_id, relation, file_id, rows, digest)
    SELECT loaded, 'fact_ended', 0, count(*), sha256(string_agg(row_hash, ''::bytea ORDER BY file_id, line))
      FROM ydelse.fact_ended WHERE delivery_id = loaded HAVING count(*) > 0
     UNION ALL
    SELECT loaded, 'reject', 0, count(*), sha256(string_agg(row_hash, ''::bytea ORDER BY reject_id))
      FROM ydelse.reject WHERE delivery_id = loaded HAVING count(*) > 0
     UNION ALL
    SELECT loaded, 'reject_resolved', 0, count(*), sha256(string_agg(row_hash, ''::bytea ORDER BY reject_id))
      FROM ydelse.reject_resolved WHERE delivery_id = loaded HAVING count(*) > 0;
END $$;
