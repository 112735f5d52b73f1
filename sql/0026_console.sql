-- What the console and the report show of runs beside the tables: counts and sums, nobody's name or number, for everybody
-- who works with the database. Who is bound to municipalities gets those of them.

-- A run by municipality and outcome (month NULL), and by month and outcome (kommunekode NULL).
CREATE FUNCTION run_totals(id integer)
RETURNS TABLE (kommunekode text, month date, udfald text, people bigint, ydelse bigint, pension bigint, til_udbetaling bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT r.kommunekode, r.month, r.udfald, count(*), sum(r.ydelse)::bigint, sum(r.pension)::bigint,
           sum(r.til_udbetaling)::bigint
      FROM ydelse.result r
     WHERE r.run_id = id
       AND ((SELECT ydelse.bound_municipalities()) IS NULL
            OR r.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
     GROUP BY GROUPING SETS ((r.kommunekode, r.udfald), (r.month, r.udfald))
$$;

-- How many results pay how much: classes of as many oere as class_oere, by their lowest amount.
CREATE FUNCTION run_distribution(id integer, class_oere bigint) RETURNS TABLE (lowest_oere bigint, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT r.til_udbetaling / class_oere * class_oere, count(*)
      FROM ydelse.result r
     WHERE r.run_id = id AND r.udfald = 'BETALES'
       AND ((SELECT ydelse.bound_municipalities()) IS NULL
            OR r.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
     GROUP BY 1
$$;

-- What was noted about the results of a run, by code.
CREATE FUNCTION run_findings(id integer) RETURNS TABLE (code text, results bigint, held bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT f.code, count(*), count(*) FILTER (WHERE r.udfald = 'TILBAGEHOLDT')
      FROM ydelse.result r CROSS JOIN LATERAL string_to_table(r.fund, ',') f (code)
     WHERE r.run_id = id AND r.fund <> ''
       AND ((SELECT ydelse.bound_municipalities()) IS NULL
            OR r.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
     GROUP BY f.code
$$;

-- What is owed by month, the newest months: persons with a result, and the sum of all revisions.
CREATE FUNCTION month_totals(months integer) RETURNS TABLE (month date, people bigint, til_udbetaling bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT e.month, count(*) FILTER (WHERE e.revision = 1), sum(e.delta_til_udbetaling)::bigint
      FROM ydelse.entitlement e
     WHERE e.month > (SELECT max(m.month) FROM ydelse.run_month m) - make_interval(months => month_totals.months)
       AND ((SELECT ydelse.bound_municipalities()) IS NULL
            OR e.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
     GROUP BY e.month
$$;

-- The people whose result in a run has a finding, in order of CPR number and month: so many after a place in that order.
CREATE FUNCTION run_finding_list(id integer, wanted_code text, first_row integer, row_count integer)
RETURNS TABLE (cpr text, month date, kommunekode text, udfald text, til_udbetaling bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT r.cpr, r.month, r.kommunekode, r.udfald, r.til_udbetaling
      FROM ydelse.result r
     WHERE r.run_id = id AND r.fund <> '' AND wanted_code = ANY (string_to_array(r.fund, ','))
       AND ((SELECT ydelse.bound_municipalities()) IS NULL
            OR r.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
     ORDER BY r.cpr, r.month OFFSET first_row LIMIT row_count
$$;

-- The same for who reads no table with people in it: after a look at lists (0018).
CREATE FUNCTION run_finding_looked_at(started timestamptz, id integer, wanted_code text, first_row integer, row_count integer)
RETURNS TABLE (cpr text, month date, kommunekode text, udfald text, til_udbetaling bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required(started, 'report');
    SELECT f.* FROM ydelse.run_finding_list(id, wanted_code, first_row, row_count) f;
$$;

CREATE FUNCTION ydelse_look.run_finding_list(id integer, wanted_code text, first_row integer, row_count integer)
RETURNS TABLE (cpr text, month date, kommunekode text, udfald text, til_udbetaling bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.run_finding_looked_at(ydelse.session_started(), id, wanted_code, first_row, row_count)
$$;

-- --- The difference of two runs --------------------------------------------------------------------------------------------

-- Every person-month whose result after run `before_id` is another than after run `after_id`, either may be the later one.
-- wanted_month NULL: all months that a run between the two computed; wanted_kommune '': every one. Results of a new run
-- have no statistics, and what the planner takes for three rows are a hundred thousand: a nested loop would take minutes.
-- Every join can be hashed. First the runs are found whose results can have held, so that the others are not read.
CREATE FUNCTION difference_list(before_id integer, after_id integer, wanted_month date, wanted_kommune text)
RETURNS TABLE (bucket smallint, cpr text, month date, kommunekode text, before_run integer, after_run integer,
               before_udfald text, after_udfald text, before_ydelse bigint, after_ydelse bigint,
               before_til_udbetaling bigint, after_til_udbetaling bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    runs integer[];
BEGIN
    WITH months AS (
        SELECT DISTINCT m.month
          FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
         WHERE r.state = 'sealed' AND (wanted_month IS NULL OR m.month = wanted_month)
           AND m.run_id > least(before_id, after_id)
           AND m.run_id <= greatest(before_id, after_id)),
    held AS (
        SELECT d.month, s.run_id AS as_of,
               coalesce((SELECT max(m.run_id) FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
                          WHERE m.month = d.month AND m.everyone AND r.state = 'sealed' AND m.run_id <= s.run_id), 0) AS base
          FROM months d CROSS JOIN (VALUES (before_id), (after_id)) AS s (run_id))
    SELECT coalesce(array_agg(DISTINCT m.run_id), '{}') INTO runs
      FROM held h
      JOIN ydelse.run_month m ON m.month = h.month AND m.run_id BETWEEN h.base AND h.as_of
      JOIN ydelse.run r ON r.run_id = m.run_id AND r.state = 'sealed';
    RETURN QUERY
    WITH touched AS (
        SELECT m.month, bool_or(m.everyone) AS everyone
          FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
         WHERE r.state = 'sealed' AND (wanted_month IS NULL OR m.month = wanted_month)
           AND m.run_id > least(before_id, after_id)
           AND m.run_id <= greatest(before_id, after_id)
         GROUP BY m.month),
    scope AS (
        SELECT s.month, s.cpr, s.run_id
          FROM ydelse.run_scope s JOIN ydelse.run r USING (run_id)
         WHERE r.state = 'sealed' AND s.run_id = ANY (runs)),
    named AS (
        SELECT DISTINCT s.month, s.cpr FROM scope s
         WHERE s.run_id > least(before_id, after_id)
           AND s.run_id <= greatest(before_id, after_id)),
    latest AS ( -- the last run by each of the two that computed them by name: no earlier result holds
        SELECT a.as_of, s.month, s.cpr, max(s.run_id) AS run_id
          FROM scope s JOIN (VALUES (before_id), (after_id)) AS a (as_of) ON s.run_id <= a.as_of
         GROUP BY a.as_of, s.month, s.cpr),
    base AS (
        SELECT t.month, t.everyone, a.as_of,
               coalesce((SELECT max(m.run_id) FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
                          WHERE m.month = t.month AND m.everyone AND r.state = 'sealed' AND m.run_id <= a.as_of), 0) AS run_id
          FROM touched t CROSS JOIN (VALUES (before_id), (after_id)) AS a (as_of)),
    held AS ( -- joins on equality alone, so that they can be hashed
        SELECT b.as_of, r.*
          FROM ydelse.result r
          JOIN base b ON b.month = r.month
          LEFT JOIN named n ON n.month = r.month AND n.cpr = r.cpr
          LEFT JOIN latest l ON l.as_of = b.as_of AND l.month = r.month AND l.cpr = r.cpr
         WHERE r.run_id = ANY (runs) AND r.run_id BETWEEN b.run_id AND b.as_of
           AND (b.everyone OR n.cpr IS NOT NULL) AND r.run_id >= coalesce(l.run_id, 0)),
    different AS (
        SELECT coalesce(x.cpr, y.cpr) AS cpr, coalesce(x.month, y.month) AS month,
               coalesce(y.kommunekode, x.kommunekode) AS kommunekode, x.run_id AS before_run, y.run_id AS after_run,
               x.udfald AS before_udfald, y.udfald AS after_udfald, x.ydelse AS before_ydelse, y.ydelse AS after_ydelse,
               x.til_udbetaling AS before_til_udbetaling, y.til_udbetaling AS after_til_udbetaling
          FROM (SELECT * FROM held WHERE as_of = before_id) x
          FULL JOIN (SELECT * FROM held WHERE as_of = after_id) y ON y.cpr = x.cpr AND y.month = x.month
         WHERE x.run_id IS DISTINCT FROM y.run_id
           AND (x.udfald, x.ordning, x.kommunekode, x.aktive_dage, x.brutto, x.fradrag_loen, x.fradrag_sygeloen,
                x.fradrag_tilbud, x.fradrag_anden, x.fradrag_ferie, x.efter_indkomst, x.sanktion, x.ydelse, x.atp_egen,
                x.atp_kommune, x.pension, x.skat, x.til_udbetaling, x.fund)
               IS DISTINCT FROM
               (y.udfald, y.ordning, y.kommunekode, y.aktive_dage, y.brutto, y.fradrag_loen, y.fradrag_sygeloen,
                y.fradrag_tilbud, y.fradrag_anden, y.fradrag_ferie, y.efter_indkomst, y.sanktion, y.ydelse, y.atp_egen,
                y.atp_kommune, y.pension, y.skat, y.til_udbetaling, y.fund)),
    owed_by AS ( -- revision 1: the municipality that owes the month, also when the person has moved since
        SELECT d.*, coalesce(e.kommunekode, d.kommunekode) AS owing
          FROM different d
          LEFT JOIN ydelse.entitlement e ON e.month = d.month AND e.cpr = d.cpr AND e.revision = 1)
    SELECT (SELECT f.bucket FROM ydelse.fact_deltagere f WHERE f.cpr_nummer = d.cpr LIMIT 1), d.cpr, d.month, d.owing,
           d.before_run, d.after_run, d.before_udfald, d.after_udfald, coalesce(d.before_ydelse, 0),
           coalesce(d.after_ydelse, 0), coalesce(d.before_til_udbetaling, 0), coalesce(d.after_til_udbetaling, 0)
      FROM owed_by d
     WHERE wanted_kommune IN ('', d.owing);
END $$;

-- The same for who reads no table with people in it, after the look: for finance of the own municipalities, whose facts
-- the session then sees (looked_at_listed, 0018).
CREATE FUNCTION difference_looked_at(started timestamptz, before_id integer, after_id integer, wanted_month date,
                                     wanted_kommune text)
RETURNS TABLE (bucket smallint, cpr text, month date, kommunekode text, before_run integer, after_run integer,
               before_udfald text, after_udfald text, before_ydelse bigint, after_ydelse bigint,
               before_til_udbetaling bigint, after_til_udbetaling bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM ydelse.look_required(started, 'diff');
    IF ydelse.looked_at_all(started) THEN
        RETURN QUERY SELECT * FROM ydelse.difference_list(before_id, after_id, wanted_month, wanted_kommune);
        RETURN;
    END IF;
    IF to_regclass('pg_temp.looked_at_people') IS NULL THEN
        CREATE TEMP TABLE looked_at_people (cpr text COLLATE "C");
    ELSIF (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = to_regclass('pg_temp.looked_at_people')) <> current_user THEN
        RAISE EXCEPTION 'looked_at_people is no table of this user''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    TRUNCATE pg_temp.looked_at_people;
    RETURN QUERY
    WITH found AS MATERIALIZED (
        SELECT d.* FROM ydelse.difference_list(before_id, after_id, wanted_month, wanted_kommune) d
         WHERE (SELECT ydelse.bound_municipalities()) IS NULL
            OR d.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[])),
    kept AS (
        INSERT INTO pg_temp.looked_at_people SELECT DISTINCT f.cpr FROM found f)
    SELECT * FROM found;
END $$;

CREATE FUNCTION ydelse_look.difference_list(before_id integer, after_id integer, wanted_month date, wanted_kommune text)
RETURNS TABLE (bucket smallint, cpr text, month date, kommunekode text, before_run integer, after_run integer,
               before_udfald text, after_udfald text, before_ydelse bigint, after_ydelse bigint,
               before_til_udbetaling bigint, after_til_udbetaling bigint)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.difference_looked_at(ydelse.session_started(), before_id, after_id, wanted_month, wanted_kommune)
$$;

REVOKE EXECUTE ON FUNCTION run_totals(integer), run_distribution(integer, bigint), run_findings(integer), month_totals(integer),
    run_finding_list(integer, text, integer, integer), run_finding_looked_at(timestamptz, integer, text, integer, integer),
    ydelse_look.run_finding_list(integer, text, integer, integer), difference_list(integer, integer, date, text),
    difference_looked_at(timestamptz, integer, integer, date, text),
    ydelse_look.difference_list(integer, integer, date, text) FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT EXECUTE ON FUNCTION ydelse.run_totals(integer), ydelse.run_distribution(integer, bigint),
        ydelse.run_findings(integer), ydelse.month_totals(integer) TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.run_finding_list(integer, text, integer, integer),
        ydelse.difference_list(integer, integer, date, text) TO ydelse_batch;
    GRANT EXECUTE ON FUNCTION ydelse_look.run_finding_list(integer, text, integer, integer),
        ydelse_look.difference_list(integer, integer, date, text),
        ydelse.difference_looked_at(timestamptz, integer, integer, date, text),
        ydelse.run_finding_looked_at(timestamptz, integer, text, integer, integer) TO ydelse_finance, ydelse_auditor;
END $$;
