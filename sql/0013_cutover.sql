-- The cut-over of a run, and its change.
--
-- What the settings do not name stays as the last sealed run had it, so that a run without them cannot owe a month that
-- another system paid; before the first run, 'alle' is the month of that run. Another month than the last sealed run had,
-- earlier or later, is taken for a typing error (YD032) unless somebody says why it is meant: the reason stands with the run,
-- under its seal. A later cut-over takes nothing away: months that are owed already are followed as before.

ALTER TABLE run ADD COLUMN cutover_reason text CHECK (cutover_reason !~ '^\s*$' AND length(cutover_reason) <= 500);

-- Which municipalities would get another cut-over than they had in run `before` ('alle': those without a line of their own).
CREATE FUNCTION run_cutover_changes(before integer, after integer)
RETURNS TABLE (kommunekode text, old_month date, new_month date) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH code AS (SELECT DISTINCT c.kommunekode FROM ydelse.run_cutover c WHERE c.run_id IN (before, after)),
    held AS (
        SELECT k.kommunekode, greatest(coalesce(o.first_month, oe.first_month), ydelse.erased_before()) AS old_month,
               coalesce(n.first_month, ne.first_month) AS new_month
          FROM code k
          LEFT JOIN ydelse.run_cutover o ON o.run_id = before AND o.kommunekode = k.kommunekode
          LEFT JOIN ydelse.run_cutover oe ON oe.run_id = before AND oe.kommunekode = ''
          LEFT JOIN ydelse.run_cutover n ON n.run_id = after AND n.kommunekode = k.kommunekode
          LEFT JOIN ydelse.run_cutover ne ON ne.run_id = after AND ne.kommunekode = '')
    SELECT coalesce(nullif(h.kommunekode, ''), 'alle'), h.old_month, h.new_month
      FROM held h WHERE h.old_month <> h.new_month ORDER BY 1
$$;

-- The first month that anybody is owed; NULL: none yet.
CREATE FUNCTION first_owed_month() RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(e.month) FROM ydelse.entitlement e WHERE e.month >= ydelse.erased_before()
$$;

-- cutover_text: 'kommunekode=YYYY-MM' separated by blanks, 'alle' for every other municipality. Why a change is meant is told
-- by the session's program (setting ydelse.accept_cutover).
CREATE FUNCTION run_take_cutover(id integer, cutover_text text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before integer := (SELECT max(run_id) FROM ydelse.run WHERE state = 'sealed');
    horizon date := ydelse.erased_before(); -- months before it are gone (0012), and so is what was owed for them
    accepted text := nullif(current_setting('ydelse.accept_cutover', true), '');
    changes text;
BEGIN
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    SELECT id, CASE part[1] WHEN 'alle' THEN '' ELSE part[1] END, greatest(to_date(part[2], 'YYYY-MM'), horizon)
      FROM regexp_matches(cutover_text, '(\w+)=(\d{4}-\d{2})', 'g') AS part;
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    SELECT id, kommunekode, greatest(first_month, horizon) FROM ydelse.run_cutover WHERE run_id = before ON CONFLICT DO NOTHING;
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    SELECT id, '', r.month FROM ydelse.run r WHERE r.run_id = id ON CONFLICT DO NOTHING;
    IF before IS NOT NULL THEN
        SELECT string_agg(format('%s: %s -> %s', c.kommunekode, to_char(c.old_month, 'YYYY-MM'), to_char(c.new_month, 'YYYY-MM')), ', ')
          INTO changes FROM ydelse.run_cutover_changes(before, id) c;
    END IF;
    IF changes IS NOT NULL AND accepted IS NULL THEN
        RAISE EXCEPTION 'the cut-over is not the one of the last sealed run' USING ERRCODE = 'YD032',
            DETAIL = changes, HINT = 'Mend the settings of section [cutover], or `ydelse run --accept-cutover REASON`.';
    END IF;
    UPDATE ydelse.run
       SET cutover_reason = CASE WHEN changes IS NOT NULL THEN accepted END,
           -- The act's first month at the earliest, and no later than what is owed already.
           first_month = (SELECT least(greatest(min(c.first_month), date '2013-01-01'), ydelse.first_owed_month())
                            FROM ydelse.run_cutover c WHERE c.run_id = id)
     WHERE run_id = id;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;
