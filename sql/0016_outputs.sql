-- What goes out besides payments: postings for the books, the extract for eIndkomst and Ydelsesrefusion, the sums owed to
-- creditors, and the control that all of them, the payments and the delta lines say the same.
--
-- output_file   the bytes of an output of a sealed run, for good: one of each kind per run, made once, given again as
--               they are. What it was made with besides the database (accounts, CVR numbers) is kept beside it, so that
--               `ydelse verify` can make the bytes again. after_run_id is the last seal when it was stored: the next
--               seal covers it (run_beside_text). No field of these files needs quotes.
--
-- Postings of a run. A movement is one debit (above 0) and one credit (below 0) with one name; it is about one delta line,
-- one component, one month and one municipality.
--
--     component        debit                     credit                    (a lower amount: the other way round)
--     til_udbetaling   ydelse_rf / ydelse_ja     mellemregning_nemkonto
--     atp_egen         ydelse_rf / ydelse_ja     skyldig_atp
--     skat             ydelse_rf / ydelse_ja     skyldig_skat
--     atp_kommune      atp_kommune               skyldig_atp
--     pension          mellemregning_stat        skyldig_pension           (the state pays it on top)
--     krav             tilgodehavende            mellemregning_nemkonto    what a negative net moved, since the seal before
--     krav_frafald     ydelse_rf / ydelse_ja     tilgodehavende            a claim that was waived
--     frafald_brugt    mellemregning_nemkonto    ydelse_rf / ydelse_ja     what is owed more after a waiver, up to its
--                                                                          amount: it was paid before, and is a cost already
--
-- So mellemregning_nemkonto owes exactly what was sent or is to be sent, and tilgodehavende has exactly the claims that were
-- not waived, whatever came in which order (control_sums holds both to it). 10.000 paid, 9.000 owed, 1.000 waived, then
-- 10.000 owed again:
--
--                         ydelse_rf   mellemregning_nemkonto   tilgodehavende
--     til_udbetaling        +10.000          -10.000
--     til_udbetaling         -1.000           +1.000
--     krav                                    -1.000               +1.000
--     krav_frafald           +1.000                                -1.000
--     til_udbetaling         +1.000           -1.000
--     frafald_brugt          -1.000           +1.000
--                           =10.000         = -10.000              = 0
--
-- When a correction changes the scheme, what was booked is taken back on the old account (L...-T) and booked anew (L...-N).
--
-- The extract has the difference for each corrected month, not a reversal and a new row: then its sum is that of the delta
-- lines at any time. beloeb_foer_skat is the benefit before tax and before the own ATP contribution, as it is booked.
--
-- SQLSTATEs: YD020 there is no such sealed run; YD021 an account or a CVR number is missing or unusable.

CREATE TABLE output_file (
    output_id    integer PRIMARY KEY CHECK (output_id > 0),
    kind         text NOT NULL CHECK (kind IN ('posteringer', 'udtraek')),
    run_id       integer NOT NULL REFERENCES run,
    after_run_id integer NOT NULL,
    config       text NOT NULL,
    rows         bigint NOT NULL CHECK (rows >= 0),
    bytes        bytea, -- NULL: erased with the run (0012)
    sha256       bytea NOT NULL,
    stored_by    text NOT NULL DEFAULT session_user,
    stored_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (kind, run_id),
    CONSTRAINT output_file_sha256 CHECK (sha256 = sha256(bytes))
);
SELECT protect('output_file');

-- ---------------------------------------------------------------------------------------------------------------
-- Postings.

-- The first sealed run whose seal covers an event of a claim; NULL: none yet.
CREATE FUNCTION claim_event_run(wanted_event_id bigint) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(r.run_id) FROM ydelse.run r
     WHERE r.state = 'sealed' AND ydelse.seal_text_upto(r.seal_text, 'claim_events') >= wanted_event_id
$$;

-- What a run moves: signed amounts, above 0 from the debit to the credit role.
CREATE FUNCTION run_movement(id integer)
RETURNS TABLE (posting text, month date, kommunekode text, ordning text, component text, debit text, credit text,
               amount_oere bigint, corrects text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH line AS (
        SELECT e.entitlement_id, e.month, e.cpr, e.revision, e.kommunekode, e.ordning, p.ordning AS old_ordning,
               ARRAY[e.til_udbetaling, e.atp_egen, e.atp_kommune, e.skat, e.pension] AS amount,
               ARRAY[e.delta_til_udbetaling, e.delta_atp_egen, e.delta_atp_kommune, e.delta_skat, e.delta_pension] AS delta
          FROM ydelse.entitlement e
          LEFT JOIN ydelse.entitlement p ON p.month = e.month AND p.cpr = e.cpr AND p.revision = e.revision - 1
         WHERE e.run_id = id AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id)
    ), component (number, component, debit, credit) AS (
        VALUES (1, 'til_udbetaling', NULL, 'mellemregning_nemkonto'), (2, 'atp_egen', NULL, 'skyldig_atp'),
               (3, 'atp_kommune', 'atp_kommune', 'skyldig_atp'), (4, 'skat', NULL, 'skyldig_skat'),
               (5, 'pension', 'mellemregning_stat', 'skyldig_pension')
    ), line_movement AS (
        SELECT l.entitlement_id * 10 + c.number AS line_id, x.suffix, l.month, l.kommunekode, x.ordning, c.component,
               coalesce(c.debit, 'ydelse_' || lower(x.ordning)) AS debit, c.credit, x.oere,
               CASE WHEN l.revision > 1 THEN
                    (SELECT b.entitlement_id * 10 + c.number FROM ydelse.entitlement b
                      WHERE b.month = l.month AND b.cpr = l.cpr AND b.revision < l.revision
                        AND (ARRAY[b.delta_til_udbetaling, b.delta_atp_egen, b.delta_atp_kommune, b.delta_skat,
                                   b.delta_pension])[c.number] <> 0
                      ORDER BY b.revision DESC LIMIT 1) END AS corrects
          FROM line l
         CROSS JOIN component c
         CROSS JOIN LATERAL (
               SELECT c.debit IS NULL AND l.old_ordning <> l.ordning AND l.old_ordning <> '' AS moved) m
         CROSS JOIN LATERAL (
               SELECT '' AS suffix, l.ordning, l.delta[c.number] AS oere WHERE m.moved IS NOT TRUE
                UNION ALL SELECT '-T', l.old_ordning, l.delta[c.number] - l.amount[c.number] WHERE m.moved
                UNION ALL SELECT '-N', l.ordning, l.amount[c.number] WHERE m.moved) x
         WHERE x.oere <> 0
    ), reach AS ( -- the events of claims that this run's seal is the first to cover
        SELECT ydelse.seal_text_upto(r.seal_text, 'claim_events') AS upto,
               coalesce((SELECT ydelse.seal_text_upto(b.seal_text, 'claim_events') FROM ydelse.run b
                          WHERE b.state = 'sealed' AND b.run_id < id ORDER BY b.run_id DESC LIMIT 1), 0) AS after
          FROM ydelse.run r WHERE r.run_id = id
    ), claim_now AS (
        SELECT e.claim_id, e.event = 'frafald_brugt' AS of_waiver, max(e.event_id) AS event_id
          FROM ydelse.claim_event e, reach WHERE e.event_id > reach.after AND e.event_id <= reach.upto GROUP BY 1, 2
    ), claim_moved AS ( -- what changed since the seal before
        SELECT n.claim_id, n.of_waiver, n.event_id, e.event,
               e.amount_oere - coalesce((SELECT b.amount_oere FROM ydelse.claim_event b
                                          WHERE b.claim_id = n.claim_id AND b.event_id <= reach.after
                                            AND (b.event = 'frafald_brugt') = n.of_waiver
                                          ORDER BY b.event_id DESC LIMIT 1), 0) AS oere
          FROM claim_now n JOIN ydelse.claim_event e USING (event_id) CROSS JOIN reach
    ), claim_movement AS (
        SELECT 'K' || c.claim_id || '-' || m.event_id || x.suffix AS posting, c.month, c.cpr, c.kommunekode, x.component, x.oere,
               CASE WHEN m.of_waiver THEN 'K' || c.claim_id || '-' || closed.event_id || '-F' END AS corrects,
               CASE WHEN m.of_waiver THEN ydelse.claim_event_run(closed.event_id) ELSE id END AS scheme_run_id
          FROM claim_moved m
          JOIN ydelse.claim c USING (claim_id)
          LEFT JOIN ydelse.claim_event closed ON closed.claim_id = m.claim_id AND closed.event = 'afsluttet'
         CROSS JOIN LATERAL (
               SELECT '' AS suffix, 'krav' AS component, m.oere WHERE NOT m.of_waiver
                UNION ALL
               SELECT '-F', 'krav_frafald', c.amount_oere
                WHERE NOT m.of_waiver AND m.event = 'afsluttet' AND c.outcome = 'frafald'
                UNION ALL
               SELECT '-B', 'frafald_brugt', m.oere WHERE m.of_waiver) x
         WHERE x.oere <> 0
    ), claim_posting AS (
        SELECT m.*, (SELECT coalesce(max(o.ordning) FILTER (WHERE o.revision = o.last), '')
                       FROM (SELECT e.ordning, e.revision, max(e.revision) OVER () AS last FROM ydelse.entitlement e
                              WHERE e.month = m.month AND e.cpr = m.cpr AND e.run_id <= m.scheme_run_id) o) AS ordning
          FROM claim_movement m
    )
    SELECT 'L' || line_id || suffix, month, kommunekode, ordning, component, debit, credit, oere, 'L' || corrects
      FROM line_movement
    UNION ALL
    SELECT m.posting, m.month, m.kommunekode, m.ordning, m.component, coalesce(r.debit, 'ydelse_' || lower(m.ordning)),
           coalesce(r.credit, 'ydelse_' || lower(m.ordning)), m.oere, m.corrects
      FROM claim_posting m
      JOIN (VALUES ('krav', 'tilgodehavende', 'mellemregning_nemkonto'), ('krav_frafald', NULL, 'tilgodehavende'),
                   ('frafald_brugt', 'mellemregning_nemkonto', NULL)) AS r (component, debit, credit) USING (component)
$$;

-- The file of a run's postings: two rows for a movement, the debit first.
CREATE FUNCTION posting_text(id integer, config jsonb) RETURNS TABLE (text text, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT E'postering;koersel;bogfoert;maaned;kommunekode;ordning;komponent;rolle;konto;beloeb;retter\n'
           || coalesce(string_agg(concat_ws(';', m.posting, id, to_char(r.ended_at AT TIME ZONE 'Europe/Copenhagen', 'YYYY-MM-DD'),
                                            to_char(m.month, 'YYYY-MM'), m.kommunekode, m.ordning, m.component, s.role,
                                            config->'accounts'->>s.role, ydelse.kroner(s.oere), coalesce(m.corrects, '')),
                                  E'\n' ORDER BY m.month, m.kommunekode, length(m.posting), m.posting COLLATE "C", s.oere DESC)
                           FILTER (WHERE s.role IS NOT NULL) || E'\n', ''),
           count(s.role)
      FROM ydelse.run r
      LEFT JOIN (ydelse.run_movement(id) m
                 CROSS JOIN LATERAL (VALUES (CASE WHEN m.amount_oere > 0 THEN m.debit ELSE m.credit END, abs(m.amount_oere)),
                                            (CASE WHEN m.amount_oere > 0 THEN m.credit ELSE m.debit END, -abs(m.amount_oere)))
                      AS s (role, oere)) ON true
     WHERE r.run_id = id
     GROUP BY r.run_id
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- The extract: a row per participant, month and account of the scheme, with what this run changed.

CREATE FUNCTION extract_text(id integer, config jsonb) RETURNS TABLE (text text, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH change AS (
        SELECT e.cpr, e.month, e.kommunekode, x.ordning, x.oere
          FROM ydelse.entitlement e
          LEFT JOIN ydelse.entitlement p ON p.month = e.month AND p.cpr = e.cpr AND p.revision = e.revision - 1
         CROSS JOIN LATERAL (
               SELECT e.delta_til_udbetaling + e.delta_atp_egen + e.delta_skat AS delta,
                      e.til_udbetaling + e.atp_egen + e.skat AS amount, p.ordning <> e.ordning AND p.ordning <> '' AS moved) m
         CROSS JOIN LATERAL (
               SELECT e.ordning, m.delta AS oere WHERE m.moved IS NOT TRUE
                UNION ALL SELECT p.ordning, m.delta - m.amount WHERE m.moved
                UNION ALL SELECT e.ordning, m.amount WHERE m.moved) x
         WHERE e.run_id = id AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id) AND x.oere <> 0
    )
    SELECT E'cpr_nummer;ydelse_start;ydelse_slut;beloeb_foer_skat;kontonummer;kommunenummer;cvr;tidsstempel\n'
           || coalesce(string_agg(concat_ws(';', c.cpr, c.month, (c.month + interval '1 month')::date - 1, ydelse.kroner(c.oere),
                                            config->'accounts'->>('ydelse_' || lower(c.ordning)), c.kommunekode,
                                            config->'cvr'->>c.kommunekode,
                                            to_char(r.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
                                  E'\n' ORDER BY c.cpr, c.month, c.ordning COLLATE "C") FILTER (WHERE c.cpr IS NOT NULL) || E'\n', ''),
           count(c.cpr)
      FROM ydelse.run r
      LEFT JOIN change c ON true
     WHERE r.run_id = id
     GROUP BY r.run_id
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Stored once.

-- The bytes that an output is made of; NULL when they cannot be made.
CREATE FUNCTION output_bytes(kind text, id integer, config text) RETURNS TABLE (bytes bytea, rows bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO' AS $$
#variable_conflict use_column
BEGIN
    IF output_bytes.kind = 'posteringer' THEN
        RETURN QUERY SELECT convert_to(t.text, 'UTF8'), t.rows FROM ydelse.posting_text(id, output_bytes.config::jsonb) t;
    ELSE
        RETURN QUERY SELECT convert_to(t.text, 'UTF8'), t.rows FROM ydelse.extract_text(id, output_bytes.config::jsonb) t;
    END IF;
EXCEPTION
    WHEN invalid_text_representation THEN RETURN;
END $$;

-- Roles and municipalities that an output needs and config has no usable account or CVR number for.
CREATE FUNCTION output_missing(kind text, id integer, config text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(n.name, ', ' ORDER BY n.name)
      FROM (SELECT 'konto ' || role AS name, config::jsonb->'accounts'->>role AS value
              FROM unnest(ARRAY['ydelse_rf', 'ydelse_ja', 'atp_kommune', 'skyldig_atp', 'skyldig_skat', 'skyldig_pension',
                                'mellemregning_nemkonto', 'mellemregning_stat', 'tilgodehavende']) AS role
            UNION ALL
            SELECT 'CVR ' || e.kommunekode, config::jsonb->'cvr'->>e.kommunekode
              FROM ydelse.entitlement e
             WHERE output_missing.kind = 'udtraek' AND e.run_id = id
               AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id)
             GROUP BY e.kommunekode) n
     WHERE coalesce(n.value, '') !~ '^[A-Za-z0-9._/-]+$'
$$;

CREATE FUNCTION output_number() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.output_id := 1 + coalesce((SELECT max(o.output_id) FROM ydelse.output_file o), 0);
    NEW.after_run_id := (SELECT max(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed');
    NEW.stored_by := session_user;
    NEW.stored_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER number BEFORE INSERT ON output_file FOR EACH ROW EXECUTE FUNCTION output_number();

-- The output of a sealed run: stored now, or (again) as it was stored before, whatever config says by now. It has every
-- municipality, so it is not for who is bound to some; an extract has people, so a look (0018) comes first.
CREATE FUNCTION output_store(kind text, id integer, config text, started timestamptz)
RETURNS TABLE (bytes bytea, sha256 text, rows bigint, again boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    missing text;
    added integer;
BEGIN
    IF ydelse.bound_municipalities() IS NOT NULL THEN
        RAISE EXCEPTION 'the output of a run has every municipality' USING ERRCODE = 'insufficient_privilege',
            HINT = 'The user is bound to some.';
    ELSIF output_store.kind = 'udtraek' AND NOT has_table_privilege(session_user, 'ydelse.result', 'SELECT') THEN
        PERFORM ydelse.look_required(output_store.started, 'extract');
    END IF;
    IF NOT EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = id AND r.state = 'sealed') THEN
        RAISE EXCEPTION 'there is no sealed run %', id USING ERRCODE = 'YD020';
    END IF;
    LOCK TABLE ydelse.output_file IN SHARE ROW EXCLUSIVE MODE; -- one number after the other, and none while a run is sealed
    IF NOT EXISTS (SELECT FROM ydelse.output_file o WHERE o.kind = output_store.kind AND o.run_id = id) THEN
        IF EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = id AND m.month < ydelse.erased_before()) THEN
            RAISE EXCEPTION 'run % has months that are erased: its output can no longer be made', id USING ERRCODE = 'YD020';
        END IF;
        missing := ydelse.output_missing(output_store.kind, id, output_store.config);
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'missing or unusable: %', missing USING ERRCODE = 'YD021';
        END IF;
        INSERT INTO ydelse.output_file (kind, run_id, config, rows, bytes, sha256)
        SELECT output_store.kind, id, output_store.config, b.rows, b.bytes, pg_catalog.sha256(b.bytes)
          FROM ydelse.output_bytes(output_store.kind, id, output_store.config) b;
        GET DIAGNOSTICS added = ROW_COUNT;
    END IF;
    IF ydelse.is_erased('run', id) THEN
        RAISE EXCEPTION 'run % is erased, and its output with it', id USING ERRCODE = 'YD020';
    END IF;
    RETURN QUERY SELECT o.bytes, encode(o.sha256, 'hex'), o.rows, coalesce(added, 0) = 0
                   FROM ydelse.output_file o WHERE o.kind = output_store.kind AND o.run_id = id;
END $$;

-- What the next seal says of the outputs that were stored since the seal of this run.
CREATE FUNCTION outputs_text(wanted_after integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(';', 'outputs=' || count(*),
                     encode(sha256(coalesce(string_agg(sha256(record_send(ROW(o.output_id, o.kind, o.run_id, o.after_run_id,
                            sha256(convert_to(o.config, 'UTF8')), o.rows, o.sha256, o.stored_by, o.stored_at))),
                            ''::bytea ORDER BY o.output_id), '')), 'hex'))
      FROM ydelse.output_file o WHERE o.after_run_id = wanted_after
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- The control: what every store says, per municipality, month and component. Nobody's name or number.

-- The stored bytes, row by row.
CREATE FUNCTION output_line(wanted_kind text) RETURNS TABLE (run_id integer, field text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.run_id, string_to_array(l.line, ';')
      FROM ydelse.output_file o
     CROSS JOIN LATERAL string_to_table(convert_from(o.bytes, 'UTF8'), E'\n') WITH ORDINALITY AS l (line, number)
     WHERE o.kind = wanted_kind AND l.number > 1 AND l.line <> ''
$$;

-- "-1234,56" as oere; NULL when it is none.
CREATE FUNCTION oere(kroner text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN kroner ~ '^-?[0-9]{1,15},[0-9][0-9]$' THEN replace(kroner, ',', '')::bigint END
$$;

-- What the events of claims move on two accounts, and the first run whose seal covers each (NULL: none yet).
CREATE FUNCTION claim_account_moves()
RETURNS TABLE (kommunekode text, month date, account text, oere bigint, run_id integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH moved AS (
        SELECT e.claim_id, e.event_id, e.event, e.amount_oere,
               e.amount_oere - coalesce(lag(e.amount_oere) OVER (PARTITION BY e.claim_id, e.event = 'frafald_brugt'
                                                                 ORDER BY e.event_id), 0) AS oere
          FROM ydelse.claim_event e
    ), reach AS (
        SELECT r.run_id, ydelse.seal_text_upto(r.seal_text, 'claim_events') AS upto,
               lag(ydelse.seal_text_upto(r.seal_text, 'claim_events'), 1, 0::bigint) OVER (ORDER BY r.run_id) AS after
          FROM ydelse.run r WHERE r.state = 'sealed'
    )
    SELECT c.kommunekode, c.month, x.account, x.oere::bigint, reach.run_id
      FROM moved m
      JOIN ydelse.claim c USING (claim_id)
      LEFT JOIN reach ON m.event_id > reach.after AND m.event_id <= reach.upto
     CROSS JOIN LATERAL (VALUES
           ('tilgodehavende', CASE WHEN m.event = 'frafald_brugt' THEN 0
                                   WHEN m.event = 'afsluttet' AND c.outcome = 'frafald' THEN m.oere - m.amount_oere
                                   ELSE m.oere END),
           ('mellemregning_nemkonto', CASE WHEN m.event = 'frafald_brugt' THEN -m.oere ELSE m.oere END)) AS x (account, oere)
     WHERE x.oere <> 0
$$;

-- line: the delta lines. payment: live payments + what is open - claims. posting, reported: the stored files. posted and
-- extracted: the delta lines of the runs that have such a file. A NULL: the store does not have that component. Component
-- ydelse is til_udbetaling + atp_egen + skat; balance is what all postings add up to, 0. Two accounts have a component each:
-- what the payments and claims say they hold, less what no seal covers yet, against all that was posted on them, so that
-- what is booked for claims and waivers is held to what was in fact paid.
--   mellemregning_nemkonto   what was sent or is to be sent (credit)
--   tilgodehavende           live claims, and closed ones that were not waived (debit)
CREATE FUNCTION control_sums()
RETURNS TABLE (kommunekode text, month date, component text, line bigint, payment bigint, posting bigint, reported bigint,
               posted bigint, extracted bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH line AS (
        SELECT d.kommunekode, d.month, d.component, d.run_id, sum(d.amount_oere) AS oere FROM ydelse.delta_line d
         GROUP BY d.kommunekode, d.month, d.component, d.run_id
    ), posted_run AS (SELECT o.run_id FROM ydelse.output_file o WHERE o.kind = 'posteringer'),
    extracted_run AS (SELECT o.run_id FROM ydelse.output_file o WHERE o.kind = 'udtraek'),
    posting AS MATERIALIZED (
        SELECT field[5] AS kommunekode, field[4] || '-01' AS month, field[7] AS component, field[8] AS role,
               sum(ydelse.oere(field[10])) AS oere, bool_or(ydelse.oere(field[10]) IS NULL) AS unreadable
          FROM ydelse.output_line('posteringer') GROUP BY 1, 2, 3, 4
    ), live AS MATERIALIZED (
        SELECT b.kommunekode, p.month, p.amount_oere AS oere
          FROM ydelse.payment p JOIN ydelse.batch b USING (batch_id) WHERE p.state NOT IN ('cancelled', 'rejected')
    ), owed AS MATERIALIZED ( -- what is open, whether a payment of the month is under way, and what of it was waived
        SELECT o.kommunekode, o.month, o.net_oere, i.cpr IS NOT NULL AS in_batch,
               least(coalesce(w.amount_oere, 0), greatest(-o.net_oere, 0)) AS waived_oere
          FROM ydelse.owed_open o
          LEFT JOIN (SELECT DISTINCT p.cpr, p.month FROM ydelse.payment p WHERE p.state = 'in_batch') i USING (cpr, month)
          LEFT JOIN ydelse.claim_waived w USING (cpr, month)
    ), account AS ( -- what the two accounts hold by now, and what no seal or no posted run covers of it
        SELECT kommunekode, month, 'mellemregning_nemkonto' AS account, oere, true AS sealed, true AS posted FROM live
        UNION ALL
        SELECT kommunekode, month, 'mellemregning_nemkonto',
               CASE WHEN in_batch THEN net_oere + waived_oere ELSE greatest(net_oere, 0) END, true, true FROM owed
        UNION ALL
        SELECT c.kommunekode, c.month, 'tilgodehavende', c.amount_oere, true, true FROM ydelse.claim c
         WHERE c.state <> 'AFSLUTTET' OR c.outcome IS DISTINCT FROM 'frafald'
        UNION ALL
        SELECT m.kommunekode, m.month, m.account, -m.oere, m.run_id IS NULL, u.run_id IS NULL
          FROM ydelse.claim_account_moves() m LEFT JOIN posted_run u USING (run_id)
        UNION ALL
        SELECT l.kommunekode, l.month, 'mellemregning_nemkonto', -l.oere, false, true FROM line l
         WHERE l.component = 'til_udbetaling' AND l.run_id NOT IN (SELECT u.run_id FROM posted_run u)
    ), said AS (
        SELECT l.kommunekode, l.month::text, l.component, 'line' AS store, l.oere FROM line l
        UNION ALL
        SELECT l.kommunekode, l.month::text, 'ydelse', 'line', l.oere FROM line l
         WHERE l.component IN ('til_udbetaling', 'atp_egen', 'skat')
        UNION ALL
        SELECT l.kommunekode, l.month::text, l.component, 'posted', l.oere FROM line l JOIN posted_run USING (run_id)
        UNION ALL
        SELECT l.kommunekode, l.month::text, 'ydelse', 'extracted', l.oere FROM line l JOIN extracted_run USING (run_id)
         WHERE l.component IN ('til_udbetaling', 'atp_egen', 'skat')
        UNION ALL
        SELECT v.kommunekode, v.month::text, 'til_udbetaling', 'payment', v.oere FROM live v
        UNION ALL -- a negative net is the claim's to say, unless a payment of the month is under way, or it was waived
        SELECT o.kommunekode, o.month::text, 'til_udbetaling', 'payment',
               CASE WHEN o.net_oere > 0 OR o.in_batch THEN o.net_oere ELSE -o.waived_oere END FROM owed o
        UNION ALL
        SELECT c.kommunekode, c.month::text, 'til_udbetaling', 'payment', -c.amount_oere FROM ydelse.claim c
         WHERE c.state <> 'AFSLUTTET' OR c.outcome IS DISTINCT FROM 'frafald'
        UNION ALL
        SELECT a.kommunekode, a.month::text, a.account, 'line', a.oere FROM account a WHERE a.sealed
        UNION ALL
        SELECT a.kommunekode, a.month::text, a.account, 'posted', a.oere FROM account a WHERE a.posted
        UNION ALL
        SELECT p.kommunekode, p.month, p.role, 'posting', CASE p.role WHEN 'tilgodehavende' THEN p.oere ELSE -p.oere END
          FROM posting p WHERE p.role IN ('mellemregning_nemkonto', 'tilgodehavende')
        UNION ALL
        SELECT p.kommunekode, p.month, p.component, 'posting', -p.oere FROM posting p
         WHERE p.role IN ('mellemregning_nemkonto', 'skyldig_atp', 'skyldig_skat', 'skyldig_pension')
           AND p.component NOT IN ('krav', 'krav_frafald', 'frafald_brugt')
        UNION ALL
        SELECT p.kommunekode, p.month, 'balance', 'posting', CASE WHEN p.unreadable THEN 1 ELSE 0 END + p.oere FROM posting p
        UNION ALL
        SELECT p.kommunekode, p.month, 'balance', 'line', 0 FROM posting p
        UNION ALL
        SELECT e.field[6], e.field[2], 'ydelse', 'extract', coalesce(ydelse.oere(e.field[4]), 1)
          FROM ydelse.output_line('udtraek') e
    )
    SELECT s.kommunekode, CASE WHEN s.month ~ '^\d{4}-(0[1-9]|1[0-2])-01$' THEN s.month::date END, s.component,
           coalesce(sum(s.oere) FILTER (WHERE store = 'line'), 0)::bigint,
           CASE s.component WHEN 'til_udbetaling' THEN coalesce(sum(s.oere) FILTER (WHERE store = 'payment'), 0) END::bigint,
           CASE WHEN s.component <> 'ydelse' THEN coalesce(sum(s.oere) FILTER (WHERE store = 'posting'), 0) END::bigint,
           CASE s.component WHEN 'ydelse' THEN coalesce(sum(s.oere) FILTER (WHERE store = 'extract'), 0) END::bigint,
           coalesce(sum(s.oere) FILTER (WHERE store = 'posted'), 0)::bigint,
           coalesce(sum(s.oere) FILTER (WHERE store = 'extracted'), 0)::bigint
      FROM said s
     WHERE ydelse.municipality_allowed(s.kommunekode) AND s.month >= ydelse.erased_before()::text COLLATE "C"
     GROUP BY 1, 2, 3
$$;

-- Sealed runs with delta lines that have no output of a kind yet.
CREATE FUNCTION control_missing() RETURNS TABLE (run_id integer, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.run_id, k.kind
      FROM ydelse.run r CROSS JOIN (VALUES ('posteringer'), ('udtraek')) AS k (kind)
     WHERE r.state = 'sealed' AND r.delta_lines > 0
       AND NOT EXISTS (SELECT FROM ydelse.output_file o WHERE o.run_id = r.run_id AND o.kind = k.kind)
     ORDER BY 1, 2
$$;

-- What is owed to others than the participants: never in a payment to the NemKonto.
CREATE FUNCTION creditor_sums(wanted_month date, only_kommunekode text)
RETURNS TABLE (creditor text, component text, kommunekode text, month date, people bigint, first_oere bigint,
               corrected_oere bigint, owed_oere bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.creditor, d.component, d.kommunekode, d.month, count(DISTINCT d.cpr),
           coalesce(sum(d.amount_oere) FILTER (WHERE d.revision = 1), 0)::bigint,
           coalesce(sum(d.amount_oere) FILTER (WHERE d.revision > 1), 0)::bigint, sum(d.amount_oere)::bigint
      FROM ydelse.delta_line d
      JOIN (VALUES ('SKAT', 'skat'), ('ATP', 'atp_egen'), ('ATP', 'atp_kommune'), ('ATP-OP', 'pension'))
           AS c (creditor, component) USING (component)
     WHERE d.month = wanted_month AND (only_kommunekode IS NULL OR d.kommunekode = only_kommunekode)
       AND ydelse.municipality_allowed(d.kommunekode)
     GROUP BY c.creditor, d.component, d.kommunekode, d.month
     ORDER BY c.creditor, d.component, d.kommunekode
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT EXECUTE ON FUNCTION ydelse.output_store(text, integer, text, timestamptz) TO ydelse_finance;
    GRANT EXECUTE ON FUNCTION ydelse.control_sums(), ydelse.control_missing(), ydelse.creditor_sums(date, text)
        TO ydelse_batch, ydelse_finance, ydelse_auditor; -- no people in them
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- What a participant is told about a month: what is owed and since when, what was paid when, what is open, and claims.

-- section: person (words: name, reference: municipality), beregning (each revision of what is owed: amount is the difference,
-- total what is owed since), betaling (words: state, reference: payment id), aaben, krav (words: state). Who may not read
-- the tables has opened a look at the person (0018) before.
CREATE FUNCTION statement_lines(wanted_cpr text, wanted_month date, started timestamptz)
RETURNS TABLE (section text, happened date, amount_oere bigint, total_oere bigint, words text, reference text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
#variable_conflict use_column
BEGIN
    IF NOT (has_table_privilege(session_user, 'ydelse.result', 'SELECT') OR ydelse.looked_at_all(started)
            OR wanted_cpr = ANY (ydelse.looked_at(started))) THEN
        RAISE EXCEPTION 'no look was opened' USING ERRCODE = 'insufficient_privilege', HINT = 'ydelse.look_open comes first.';
    END IF;
    RETURN QUERY
    SELECT s.section, s.happened, s.amount_oere, s.total_oere, s.words, s.reference
      FROM (SELECT 1 AS place, 0::bigint AS number, 'person' AS section, NULL::date AS happened, NULL::bigint AS amount_oere,
                   NULL::bigint AS total_oere, p.navn AS words,
                   (SELECT min(e.kommunekode) FROM ydelse.entitlement e
                     WHERE e.month = wanted_month AND e.cpr = wanted_cpr) AS reference
              FROM ydelse.payee p WHERE p.cpr = wanted_cpr
            UNION ALL
            SELECT 2, e.revision, 'beregning', (r.ended_at AT TIME ZONE 'Europe/Copenhagen')::date, e.delta_til_udbetaling,
                   e.til_udbetaling, r.kind, e.run_id::text
              FROM ydelse.entitlement e JOIN ydelse.run r USING (run_id)
             WHERE e.month = wanted_month AND e.cpr = wanted_cpr
            UNION ALL
            SELECT 3, p.payment_id, 'betaling', b.due_date, p.amount_oere, NULL, p.state, p.end_to_end_id
              FROM ydelse.payment p JOIN ydelse.batch b USING (batch_id)
             WHERE p.cpr = wanted_cpr AND p.month = wanted_month AND p.state <> 'cancelled'
            UNION ALL
            SELECT 4, 0, 'aaben', NULL, o.net_oere, NULL, '', ''
              FROM ydelse.owed_open o WHERE o.month = wanted_month AND o.cpr = wanted_cpr AND o.net_oere <> 0
               AND NOT EXISTS (SELECT FROM ydelse.claim_open c WHERE c.month = o.month AND c.cpr = o.cpr)
            UNION ALL
            SELECT 5, c.claim_id, 'krav', (c.opened_at AT TIME ZONE 'Europe/Copenhagen')::date, c.amount_oere, NULL,
                   c.state || coalesce(' ' || c.outcome, ''), c.claim_id::text
              FROM ydelse.claim c WHERE c.cpr = wanted_cpr AND c.month = wanted_month AND c.amount_oere > 0) s
     ORDER BY s.place, s.number;
END $$;
REVOKE EXECUTE ON FUNCTION statement_lines(text, date, timestamptz) FROM PUBLIC;

DO $$
BEGIN
    IF ydelse.roles_exist() THEN
        GRANT EXECUTE ON FUNCTION ydelse.statement_lines(text, date, timestamptz)
            TO ydelse_batch, ydelse_finance, ydelse_auditor;
    END IF;
END $$;
