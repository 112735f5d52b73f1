-- Long memory: rejects that a later row settles.

CREATE FUNCTION fact_id_column(kind text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE kind WHEN 'deltagere' THEN 'cpr_nummer' WHEN 'forloeb' THEN 'forloeb_id'
                 WHEN 'sanktioner' THEN 'sanktion_id' ELSE 'post_id' END;

-- What tells a row of a kind from the participant's other rows when its id could not be read.
CREATE FUNCTION fact_place_columns(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN CASE kind
    WHEN 'forloeb'    THEN ARRAY['startdato', 'ordning']
    WHEN 'boern'      THEN ARRAY['barn_cpr', 'barn_foedselsdato', 'forhold']
    WHEN 'perioder'   THEN ARRAY['art', 'foerste_dag']
    WHEN 'indkomst'   THEN ARRAY['dispositionsdato', 'arbejdsgiver_se', 'indkomsttype']
    WHEN 'feriepenge' THEN ARRAY['art', 'ferieaar', 'udbetalingsdato', 'foerste_feriedag']
    WHEN 'sanktioner' THEN ARRAY['art', 'haendelsesdato']
    WHEN 'skattekort' THEN ARRAY['korttype', 'foerste_dag'] END;

-- Settles the open rejects of a kind whose id was accepted with this delivery, in a row later in the order of arrival.
-- A withdrawal that found nothing to withdraw is settled by a withdrawal alone: the row that comes late does not say
-- that it shall stay.
-- Few open rejects are looked up one by one in the index of ids; many are hashed as a whole, for nested loops over
-- them would take hours when nothing is known yet of the new rows.
CREATE FUNCTION reject_close_by_id(kind_name text, delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
DECLARE
    few_max CONSTANT integer := 10000;
    id_column CONSTANT text := ydelse.fact_id_column(kind_name);
    open_rejects CONSTANT text := format(
        'SELECT r.reject_id, r.file_id, r.line, r.post_id, r.code = ''TRUKKET_UDEN_RAEKKE'' AS withdraws
           FROM ydelse.reject r
          WHERE r.kind = %L AND r.post_id <> '''' AND r.delivery_id <= $1 AND NOT r.whole_file
            AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)', kind_name);
    open_count bigint;
    closed bigint := 0;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s LIMIT %s) o', open_rejects, few_max + 1) INTO open_count USING delivery;
    IF open_count = 0 THEN
        RETURN 0;
    ELSIF open_count <= few_max THEN
        EXECUTE format(
            'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
             SELECT r.reject_id, $1, ''corrected'' FROM (%s OFFSET 0) r
              CROSS JOIN LATERAL (SELECT FROM ydelse.fact_%s f WHERE f.%I = r.post_id AND f.delivery_id = $1
                                     AND (f.file_id, f.line) > (r.file_id, r.line)
                                     AND (f.posttype = ''T'' OR NOT r.withdraws) LIMIT 1) f',
            open_rejects, kind_name, id_column) USING delivery;
    ELSE
        PERFORM set_config('enable_nestloop', 'off', true);
        EXECUTE format(
            'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
             SELECT DISTINCT r.reject_id, $1, ''corrected'' FROM (%s) r JOIN ydelse.fact_%s f ON f.%I = r.post_id
              WHERE f.delivery_id = $1 AND (f.file_id, f.line) > (r.file_id, r.line)
                AND (f.posttype = ''T'' OR NOT r.withdraws)',
            open_rejects, kind_name, id_column) USING delivery;
    END IF;
    GET DIAGNOSTICS closed = ROW_COUNT;
    RETURN closed;
END $$;

-- Settles open rejects whose id could not be read: by a row of the same participant in a later delivery, when all that
-- tells such rows from each other stands in the rejected row too, and when this is true of one reject only. What is
-- not certain stays open.
CREATE FUNCTION reject_close_by_place(kind_name text, delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET "DateStyle" = 'ISO' SET enable_nestloop = off AS $$
DECLARE
    same_place text;
    closed bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM ydelse.reject r WHERE r.kind = kind_name AND r.post_id = '') THEN
        RETURN 0;
    END IF;
    SELECT string_agg(format('(f.%1$I IS NULL OR position(convert_to(f.%1$I::text, ''UTF8'') IN r.raw) > 0)', c), ' AND ')
      INTO same_place FROM unnest(ydelse.fact_place_columns(kind_name)) AS c;
    EXECUTE format(
        'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
         SELECT DISTINCT p.reject_id, $1, ''corrected''
           FROM (SELECT r.reject_id, count(*) OVER (PARTITION BY f.file_id, f.line) AS candidates
                   FROM ydelse.reject r JOIN ydelse.fact_%s f ON f.cpr_nummer = r.cpr
                  WHERE r.kind = %L AND r.post_id = '''' AND r.cpr <> '''' AND r.delivery_id < $1
                    AND NOT r.whole_file AND f.delivery_id = $1 AND f.file_id > r.file_id AND f.posttype <> ''T''
                    AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
                    AND %s) p
          WHERE p.candidates = 1', kind_name, kind_name, same_place) USING delivery;
    GET DIAGNOSTICS closed = ROW_COUNT;
    RETURN closed;
END $$;

-- The file of this delivery that is a rejected file mended, or NULL: of its kind and name, with as many rows (or one
-- more: without a header the first row was taken for it), and every id of the rejected file is a fact by now or was
-- rejected again in the new file. Rows that the mended file repeats unchanged are duplicates of facts, which no id of
-- this delivery shows.
CREATE FUNCTION reject_mended_by(rejected integer, delivery integer) RETURNS integer LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    old ydelse.input_file;
    mended integer;
    missing boolean;
BEGIN
    SELECT * INTO STRICT old FROM ydelse.input_file WHERE file_id = rejected;
    SELECT max(i.file_id) INTO mended FROM ydelse.input_file i
     WHERE i.delivery_id = delivery AND i.file_id > rejected AND NOT i.file_rejected AND i.repeats IS NULL
       AND i.kind = old.kind AND i.name = old.name AND i.rows_read IN (old.rows_read, old.rows_read + 1);
    IF mended IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM ydelse.reject r
                         WHERE r.file_id = $1 AND r.post_id <> ''''
                           AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
                           AND NOT EXISTS (SELECT FROM ydelse.fact_%s f WHERE f.%I = r.post_id)
                           AND NOT EXISTS (SELECT FROM ydelse.reject n WHERE n.file_id = $2 AND n.post_id = r.post_id))',
        old.kind, ydelse.fact_id_column(old.kind)) INTO missing USING rejected, mended;
    RETURN CASE WHEN missing THEN NULL ELSE mended END;
END $$;

-- Files rejected as a whole: settled with their rows by the same file mended, and by themselves when none of their rows
-- is open any more.
CREATE FUNCTION reject_close_files(delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    whole record;
    closed bigint := 0;
    rows_closed bigint;
BEGIN
    FOR whole IN
        SELECT r.reject_id, r.file_id, i.rows_read FROM ydelse.reject r JOIN ydelse.input_file i USING (file_id)
         WHERE r.whole_file AND r.delivery_id <= delivery
           AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
         ORDER BY r.reject_id
    LOOP
        IF ydelse.reject_mended_by(whole.file_id, delivery) IS NOT NULL THEN
            INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
            SELECT o.reject_id, delivery, 'corrected' FROM ydelse.reject_open o WHERE o.file_id = whole.file_id;
            GET DIAGNOSTICS rows_closed = ROW_COUNT;
            closed := closed + rows_closed - 1;
        ELSIF whole.rows_read > 0 AND NOT EXISTS (SELECT FROM ydelse.reject_open o
                                                   WHERE o.file_id = whole.file_id AND NOT o.whole_file) THEN
            INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
            VALUES (whole.reject_id, delivery, 'corrected');
        END IF;
    END LOOP;
    RETURN closed;
END $$;

-- Settles every open reject that a row of this delivery takes the place of. Called by the load that makes the delivery,
-- when all its rows are stored. Returns how many rejected rows it settled.
CREATE FUNCTION reject_close_corrected(delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind_name text;
    closed bigint := 0;
BEGIN
    FOREACH kind_name IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge',
                                     'sanktioner', 'skattekort'] LOOP
        closed := closed + ydelse.reject_close_by_id(kind_name, delivery);
        IF kind_name <> 'deltagere' THEN -- a participant's id is the CPR number itself
            closed := closed + ydelse.reject_close_by_place(kind_name, delivery);
        END IF;
    END LOOP;
    RETURN closed + ydelse.reject_close_files(delivery);
END $$;

REVOKE EXECUTE ON FUNCTION fact_id_column(text), fact_place_columns(text), reject_close_by_id(text, integer),
    reject_close_by_place(text, integer), reject_mended_by(integer, integer), reject_close_files(integer),
    reject_close_corrected(integer) FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ydelse_batch') THEN
        GRANT EXECUTE ON FUNCTION ydelse.reject_close_corrected(integer) TO ydelse_batch;
    END IF;
END $$;
