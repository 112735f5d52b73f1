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

REVOKE EXECUTE ON FUNCTION run_totals(integer), run_distribution(integer, bigint), run_findings(integer), month_totals(integer),
    run_finding_list(integer, text, integer, integer), run_finding_looked_at(timestamptz, integer, text, integer, integer),
    ydelse_look.run_finding_list(integer, text, integer, integer) FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT EXECUTE ON FUNCTION ydelse.run_totals(integer), ydelse.run_distribution(integer, bigint),
        ydelse.run_findings(integer), ydelse.month_totals(integer) TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.run_finding_list(integer, text, integer, integer) TO ydelse_batch;
    GRANT EXECUTE ON FUNCTION ydelse_look.run_finding_list(integer, text, integer, integer),
        ydelse.run_finding_looked_at(timestamptz, integer, text, integer, integer) TO ydelse_finance, ydelse_auditor;
END $$;
