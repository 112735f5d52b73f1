-- Deliveries: what arrived when, file by file, and which rows could not be used.
--
-- Migrations run with search_path = ydelse, pg_catalog (io/pg/migrate.c).
-- Loads are serialised by an advisory lock, so delivery ids and times grow together and "as of delivery D"
-- means one thing. All ids here are given by the loading program under that lock.

-- Append-only tables refuse to be changed, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'Corrections are new rows.';
END $$;

CREATE FUNCTION protect(append_only regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.refuse_change()', append_only);
END $$;

CREATE TABLE delivery (
    delivery_id integer PRIMARY KEY CHECK (delivery_id > 0),
    loaded_at   timestamptz NOT NULL UNIQUE,
    loaded_by   text NOT NULL DEFAULT session_user,
    program     text NOT NULL,
    digest      bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of digest_text
    digest_text text NOT NULL -- what came, line by line, and the digest of the delivery before (delivery_text)
);
SELECT protect('delivery');

-- Time and number grow together; the row is written last in the loading transaction.
CREATE FUNCTION delivery_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest record;
BEGIN
    SELECT max(delivery_id) AS delivery_id, max(loaded_at) AS loaded_at INTO newest
      FROM ydelse.delivery WHERE delivery_id <> NEW.delivery_id;
    IF NEW.delivery_id <> coalesce(newest.delivery_id, 0) + 1 OR NEW.loaded_at <= newest.loaded_at THEN
        RAISE EXCEPTION 'delivery % does not follow delivery %', NEW.delivery_id, coalesce(newest.delivery_id, 0);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER in_order AFTER INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION delivery_in_order();

CREATE TABLE input_file (
    file_id        integer PRIMARY KEY CHECK (file_id > 0),
    delivery_id    integer NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    name           text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('deltagere', 'forloeb', 'boern', 'perioder', 'indkomst',
                                                 'feriepenge', 'sanktioner', 'skattekort')),
    sha256         bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes     bigint NOT NULL CHECK (size_bytes >= 0),
    charset        text NOT NULL,
    decimal_sign   text NOT NULL,
    rows_read      bigint NOT NULL CHECK (rows_read >= 0),
    rows_stored    bigint NOT NULL CHECK (rows_stored >= 0),
    rows_duplicate bigint NOT NULL CHECK (rows_duplicate >= 0),
    rows_rejected  bigint NOT NULL CHECK (rows_rejected >= 0),
    file_rejected  boolean NOT NULL,
    -- The same content was stored before: only its rejected rows were tried again.
    repeats        integer REFERENCES input_file,
    CONSTRAINT input_file_rows_conserved CHECK (rows_read = rows_stored + rows_duplicate + rows_rejected),
    CONSTRAINT input_file_rejected_whole CHECK (NOT file_rejected OR rows_rejected = rows_read)
);
CREATE INDEX input_file_sha256 ON input_file (sha256);
CREATE INDEX input_file_delivery ON input_file (delivery_id);
SELECT protect('input_file');

-- Rows that could not be used. raw is the row as it stood, and the only place with a whole CPR number of it
-- beside cpr and post_id; found and expected are masked. expected is a phrase the program knows in every language it
-- speaks (io/intake/input_finding.c); the English one is its name. whole_file: the finding that made the whole file unusable,
-- at its line where that is known, else line 0; raw is then NULL, and the file's rows are rejects of their own.
CREATE TABLE reject (
    reject_id    bigint PRIMARY KEY,
    delivery_id  integer NOT NULL,
    file_id      integer NOT NULL,
    line         integer NOT NULL,
    kind         text NOT NULL,
    code         text NOT NULL,
    column_name  text NOT NULL,
    field_number integer NOT NULL,
    found        text NOT NULL,
    expected     text NOT NULL,
    whole_file   boolean NOT NULL DEFAULT false,
    raw          bytea,
    post_id      text COLLATE "C" NOT NULL,
    cpr          text COLLATE "C" NOT NULL,
    salt         uuid NOT NULL,
    row_hash     bytea NOT NULL
);
CREATE INDEX reject_file ON reject (file_id, line);
CREATE INDEX reject_of_file ON reject (file_id) WHERE whole_file;
-- To find the rejects that a later row corrects (0011), and what is new since a delivery.
CREATE INDEX reject_id ON reject (kind, post_id);
CREATE INDEX reject_delivery ON reject USING brin (delivery_id);
SELECT protect('reject');

-- A rejected row that was settled later, and by which delivery. No row here: the reject is open.
--
--   stored, duplicate  the row itself counts now, or is the same as one that does
--   repeated           the same file came again and the row, or the reject, took another form
--   corrected          a later row in its place was accepted (0011). A row that waits for its participant is then no
--                      longer asked for, but still folded when the participant comes, so that the order of deliveries
--                      does not matter; that is a second row here.
CREATE TABLE reject_resolved (
    reject_id   bigint NOT NULL REFERENCES reject,
    delivery_id integer NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    outcome     text NOT NULL CHECK (outcome IN ('stored', 'duplicate', 'repeated', 'corrected')),
    row_hash    bytea NOT NULL,
    PRIMARY KEY (reject_id, delivery_id)
);
CREATE INDEX reject_resolved_delivery ON reject_resolved USING brin (delivery_id);
SELECT protect('reject_resolved');

CREATE VIEW reject_open AS
SELECT r.*, f.name AS file_name
  FROM ydelse.reject r
  JOIN ydelse.input_file f USING (file_id)
 WHERE NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id);

-- ---------------------------------------------------------------------------------------------------------------
-- Proof. Each row carries a hash of its columns, so that a changed one can be named; each delivery has a digest over
-- the hashes of its rows, so that a changed hash, a missing row and an added one are noticed; and each delivery covers
-- the one before. `ydelse verify` computes all of it again.

-- A moment as text that no setting of a session can change: microseconds since 1970.
CREATE FUNCTION seal_time(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(epoch FROM moment) * 1000000)::bigint::text
$$;

-- The hashes are taken by the database when a row arrives; whoever writes them is not asked. Rows about a person have a
-- random salt in their hash: once row and salt are erased, the hash that stays tells nothing to who guesses the row.
CREATE FUNCTION reject_row_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := pg_catalog.gen_random_uuid();
    NEW.row_hash := pg_catalog.sha256(pg_catalog.record_send(ROW(NEW.reject_id, NEW.delivery_id, NEW.file_id, NEW.line, NEW.kind, NEW.code,
        NEW.column_name, NEW.field_number, NEW.found, NEW.expected, NEW.whole_file, NEW.raw, NEW.post_id, NEW.cpr,
        NEW.salt)));
    RETURN NEW;
END $$;
CREATE TRIGGER row_hash BEFORE INSERT ON reject FOR EACH ROW EXECUTE FUNCTION reject_row_hash();

CREATE FUNCTION reject_resolved_row_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.row_hash := pg_catalog.sha256(pg_catalog.record_send(ROW(NEW.reject_id, NEW.delivery_id, NEW.outcome)));
    RETURN NEW;
END $$;
CREATE TRIGGER row_hash BEFORE INSERT ON reject_resolved FOR EACH ROW EXECUTE FUNCTION reject_resolved_row_hash();

-- The rows that a delivery added to a table, of one file where that is how they are named: SHA-256 over their
-- row_hash in the order of the table's key.
CREATE TABLE load_digest (
    delivery_id integer NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    relation    text NOT NULL, -- fact_<kind>, waiting_<kind>; fact_ended, reject, reject_resolved with file_id 0
    file_id     integer NOT NULL,
    rows        bigint NOT NULL CHECK (rows > 0),
    digest      bytea NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (delivery_id, relation, file_id)
);
SELECT protect('load_digest');

-- What a delivery's digest is taken over, a line for each thing.
CREATE FUNCTION delivery_text(d ydelse.delivery) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-delivery=1',
               'previous=' || coalesce((SELECT encode(p.digest, 'hex') FROM ydelse.delivery p
                                         WHERE p.delivery_id = d.delivery_id - 1), ''),
               concat_ws(';', 'delivery=' || d.delivery_id, ydelse.seal_time(d.loaded_at), d.loaded_by, d.program),
               (SELECT string_agg(concat_ws(';', 'file=' || i.file_id, i.kind, encode(i.sha256, 'hex'), i.size_bytes,
                                            i.charset, i.decimal_sign, i.rows_read, i.rows_stored, i.rows_duplicate,
                                            i.rows_rejected, i.file_rejected, coalesce(i.repeats, 0), i.name), E'\n'
                                  ORDER BY i.file_id)
                  FROM ydelse.input_file i WHERE i.delivery_id = d.delivery_id),
               (SELECT string_agg(concat_ws(';', 'rows=' || l.relation, l.file_id, l.rows, encode(l.digest, 'hex')), E'\n'
                                  ORDER BY l.relation COLLATE "C", l.file_id)
                  FROM ydelse.load_digest l WHERE l.delivery_id = d.delivery_id)) || E'\n'
$$;

CREATE FUNCTION delivery_take_digest() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.digest_text := ydelse.delivery_text(NEW);
    NEW.digest := sha256(convert_to(NEW.digest_text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER take_digest BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION delivery_take_digest();
