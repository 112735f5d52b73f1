-- The second opinion: the law once more, as one set-based statement, for every participant of one month.
-- It runs unchanged in PostgreSQL 15 and in DuckDB, each after its prelude file. It shares nothing with the engine.
-- "Section" is a section of the law, the specification of the calculation that the project was given.
--
-- Reads   deltagere, forloeb, boern, perioder, indkomst, feriepenge, sanktioner, skattekort (the rows that count, columns
--         of the input format), satser, parameter (one row: the month), politik (every key of section 9).
-- Writes  one row per participant with a result, columns of the result format without fund; amounts in oere.
-- Units   amounts in oere; hours, holiday days, rates and percentages in hundredths; dates inclusive; no end = 9999-12-31.
-- Way     no day is visited one by one. A month is cut where any fact of the person begins or ends; in such a piece every day
--         is like its first day, so a rule "per day" is asked once per piece. All fractions are kept as two whole numbers
--         until rounded(numerator, denominator, unit), which is R with the policy's unit and K with unit 100.
-- Parts   1 the month, its policies and rates              5 segments and gross (4)
--         2 the facts that count (1, 2, 6)                 6 income: classes, sums, deductions (5)
--         3 cutting the month; active days (1)             7 sanctions and the benefit (6)
--         4 group, base amount and level per piece (2, 3)  8 contributions, who is held, the result (7, 8)

WITH RECURSIVE

-- ==== 1. The month, its policies and rates ==================================================================================

-- Section 9: the chosen policies as one row; unit is what every R rounds to.
policy AS MATERIALIZED (
    SELECT max(CASE WHEN noegle = 'gruppe_skift'         THEN vaerdi END) AS gruppe_skift,
           max(CASE WHEN noegle = 'syg_maaned'           THEN vaerdi END) AS syg_maaned,
           max(CASE WHEN noegle = 'afrunding'            THEN vaerdi END) AS afrunding,
           max(CASE WHEN noegle = 'loengraense_ja_2014'  THEN vaerdi END) AS loengraense_ja_2014,
           max(CASE WHEN noegle = 'sanktion_fjerner_atp' THEN vaerdi END) AS sanktion_fjerner_atp,
           max(CASE WHEN noegle = 'skat'                 THEN vaerdi END) AS skat,
           max(CASE WHEN noegle = 'afrunding' AND vaerdi = 'krone_linje' THEN 100 ELSE 1 END) AS unit
    FROM politik
),

-- Section 0: the month M, dim = its number of days. Outside the rate tables there is no month, and so no result at all.
this_month AS MATERIALIZED (
    SELECT maaned AS month_first,
           CAST(maaned + INTERVAL '1 month' AS date) - 1 AS month_last,
           CAST(maaned + INTERVAL '1 month' AS date) - maaned AS dim,
           CAST(extract(year FROM maaned) AS integer) AS the_year,
           CAST(extract(month FROM maaned) AS integer) AS the_month
    FROM parameter
    WHERE maaned >= date '2013-01-01'
      AND maaned <= (SELECT max(coalesce(gaelder_til, date '9999-12-31')) FROM satser WHERE sats = 'ydelse')
),

-- Section 5, step 3: the earlier months of the same year.
earlier_months AS MATERIALIZED (
    SELECT make_date(the_year, CAST(i AS integer), 1) AS month_first,
           make_date(the_year, CAST(i AS integer) + 1, 1) - 1 AS month_last
    FROM this_month CROSS JOIN generate_series(1, 11) AS g(i)
    WHERE i < the_month
),

-- Section 0: rate(name, group, day) for every day of M, one column per rate; no row = NULL.
rates AS MATERIALIZED (
    SELECT d.on_day,
           max(CASE WHEN sats = 'ydelse'            AND gruppe = 'FORS'  THEN vaerdi END) AS ydelse_fors,
           max(CASE WHEN sats = 'ydelse'            AND gruppe = 'IKKE'  THEN vaerdi END) AS ydelse_ikke,
           max(CASE WHEN sats = 'ydelse'            AND gruppe = 'HJ25'  THEN vaerdi END) AS ydelse_hj25,
           max(CASE WHEN sats = 'bidragstillaeg'                         THEN vaerdi END) AS bidragstillaeg,
           max(CASE WHEN sats = 'sygedagpenge_max'                       THEN vaerdi END) AS sygedagpenge_max,
           max(CASE WHEN sats = 'ledighedsydelse_max'                    THEN vaerdi END) AS ledighedsydelse_max,
           max(CASE WHEN sats = 'selvstaendig'      AND gruppe = 'KVART' THEN vaerdi END) AS selvstaendig_kvart,
           max(CASE WHEN sats = 'selvstaendig'      AND gruppe = 'HALV'  THEN vaerdi END) AS selvstaendig_halv,
           max(CASE WHEN sats = 'loengraense'       AND gruppe = 'RF'    THEN vaerdi END) AS loengraense_rf,
           max(CASE WHEN sats = 'loengraense'       AND gruppe = 'JA'    THEN vaerdi END) AS loengraense_ja,
           max(CASE WHEN sats = 'loenfradrag_under' AND gruppe = 'RF'    THEN vaerdi END) AS under_rf,
           max(CASE WHEN sats = 'loenfradrag_under' AND gruppe = 'JA'    THEN vaerdi END) AS under_ja,
           max(CASE WHEN sats = 'loenfradrag_over'  AND gruppe = 'RF'    THEN vaerdi END) AS over_rf,
           max(CASE WHEN sats = 'loenfradrag_over'  AND gruppe = 'JA'    THEN vaerdi END) AS over_ja,
           max(CASE WHEN sats = 'frikort'                                THEN vaerdi END) AS frikort,
           max(CASE WHEN sats = 'timefradrag'                            THEN vaerdi END) AS timefradrag,
           max(CASE WHEN sats = 'timefradrag_max'                        THEN vaerdi END) AS timefradrag_max,
           max(CASE WHEN sats = 'punktsanktion'     AND gruppe = 'HOEJ'  THEN vaerdi END) AS punkt_hoej,
           max(CASE WHEN sats = 'punktsanktion'     AND gruppe = 'LAV'   THEN vaerdi END) AS punkt_lav,
           max(CASE WHEN sats = 'atp'               AND gruppe = 'SAMLET' THEN vaerdi END) AS atp_samlet,
           max(CASE WHEN sats = 'obligatorisk_pension'                   THEN vaerdi END) AS obligatorisk_pension
    FROM (SELECT month_first + CAST(i AS integer) AS on_day, month_last
          FROM this_month CROSS JOIN generate_series(0, 30) AS g(i)) d
    LEFT JOIN satser s ON d.on_day BETWEEN s.gaelder_fra AND coalesce(s.gaelder_til, date '9999-12-31')
    WHERE d.on_day <= d.month_last
    GROUP BY d.on_day
),

-- ==== 2. The facts that count ===============================================================================================

-- Section 1.1: the courses; each ends at the latest on the day of death. A grant date not given is the first day.
courses AS MATERIALIZED (
    SELECT cpr_nummer, forloeb_id, ordning, tidligere_ydelse, ugebeloeb, niveau_slutdato,
           startdato AS first_day,
           least(coalesce(slutdato, date '9999-12-31'), coalesce(doedsdato, date '9999-12-31')) AS last_day,
           coalesce(bevilget_dato, startdato) AS granted
    FROM forloeb JOIN deltagere USING (cpr_nummer)
    WHERE startdato <= least(coalesce(slutdato, date '9999-12-31'), coalesce(doedsdato, date '9999-12-31'))
),

-- Section 5 ("covered by any course"): the courses of a person melted together into runs that do not overlap.
course_runs AS MATERIALIZED (
    SELECT cpr_nummer, min(first_day) AS first_day, max(last_day) AS last_day
    FROM (SELECT cpr_nummer, first_day, last_day,
                 sum(starts_run) OVER (PARTITION BY cpr_nummer ORDER BY first_day, forloeb_id) AS run
          FROM (SELECT cpr_nummer, forloeb_id, first_day, last_day,
                       CASE WHEN first_day <= max(last_day) OVER (PARTITION BY cpr_nummer ORDER BY first_day, forloeb_id
                                                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                            THEN 0 ELSE 1 END AS starts_run
                FROM courses) marked) numbered
    GROUP BY cpr_nummer, run
),

-- Section 2.1: the days on which a child row covers: born, supported, under 18, in the realm.
child_cover AS MATERIALIZED (
    SELECT cpr_nummer, forhold, coalesce(bidrag_beloeb, 0) AS bidrag_beloeb,
           greatest(barn_foedselsdato, coalesce(forsoergelse_fra, barn_foedselsdato)) AS first_day,
           least(coalesce(forsoergelse_til, date '9999-12-31'), reaches(barn_foedselsdato, 18) - 1) AS last_day
    FROM boern
    WHERE coalesce(i_riget, 'J') = 'J'
),

-- Section 1 and section 8: the periods; those that rest on a decision count only with an id that is not blank.
periods AS MATERIALIZED (
    SELECT cpr_nummer, art, beloeb, foerste_dag AS first_day, coalesce(sidste_dag, date '9999-12-31') AS last_day
    FROM perioder
    WHERE art IN ('HJEMMEBOENDE', 'SELVSTAENDIG_KVART', 'SELVSTAENDIG_HALV')
       OR (art IN ('OPHOER', 'UDLAND', 'FAENGSEL', 'MINDSTESATS') AND trim(afgoerelse_id) <> '')
),

-- Section 6 and section 8: the sanctions with a decision.
decided_sanctions AS MATERIALIZED (
    SELECT sanktion_id, cpr_nummer, art, haendelsesdato, dage, virkningsmaaned, foerste_dag AS first_day, sidste_dag AS last_day
    FROM sanktioner
    WHERE trim(afgoerelse_id) <> ''
),

-- ==== 3. Cutting the month; active days =====================================================================================

-- Sections 1 and 5.3: the months to look at: M for everyone with a course in it, and earlier months of the year in which
-- income on the social frikort was paid out (only to find their first active day).
person_months AS MATERIALIZED (
    SELECT c.cpr_nummer, m.month_first, m.month_last
    FROM courses c JOIN this_month m ON c.first_day <= m.month_last AND c.last_day >= m.month_first
    UNION
    SELECT i.cpr_nummer, e.month_first, e.month_last
    FROM indkomst i JOIN earlier_months e ON i.dispositionsdato BETWEEN e.month_first AND e.month_last
    WHERE i.klasse = 'FRIKORT'
),

-- Sections 1 to 6: every day on which something about a person can be different from the day before.
change_days AS MATERIALIZED (
    SELECT cpr_nummer, first_day AS on_day FROM courses
    UNION ALL SELECT cpr_nummer, last_day + 1 FROM courses
    UNION ALL SELECT cpr_nummer, niveau_slutdato + 1 FROM courses
    UNION ALL SELECT cpr_nummer, first_day FROM periods
    UNION ALL SELECT cpr_nummer, last_day + 1 FROM periods
    UNION ALL SELECT cpr_nummer, first_day FROM child_cover
    UNION ALL SELECT cpr_nummer, last_day + 1 FROM child_cover
    UNION ALL SELECT cpr_nummer, reaches(foedselsdato, 25) FROM deltagere
    UNION ALL SELECT cpr_nummer, first_day FROM decided_sanctions WHERE art = 'TREDJEDEL'
    UNION ALL SELECT cpr_nummer, last_day + 1 FROM decided_sanctions WHERE art = 'TREDJEDEL'
),

-- Section 0: the days of M on which a rate begins or ends that is looked up by day.
rate_change_days AS MATERIALIZED (
    SELECT DISTINCT on_day
    FROM (SELECT gaelder_fra AS on_day, sats FROM satser UNION ALL SELECT gaelder_til + 1, sats FROM satser) s
    JOIN this_month m ON s.on_day > m.month_first AND s.on_day <= m.month_last
    WHERE sats IN ('ydelse', 'bidragstillaeg', 'sygedagpenge_max', 'ledighedsydelse_max')
),

-- Sections 1 to 6: where each person's months are cut: their first day, and every change inside.
cuts AS MATERIALIZED (
    SELECT cpr_nummer, month_first, month_last, month_first AS first_day FROM person_months
    UNION
    SELECT p.cpr_nummer, p.month_first, p.month_last, c.on_day
    FROM person_months p JOIN change_days c ON c.cpr_nummer = p.cpr_nummer AND c.on_day > p.month_first AND c.on_day <= p.month_last
    UNION
    SELECT p.cpr_nummer, p.month_first, p.month_last, r.on_day
    FROM person_months p JOIN rate_change_days r ON r.on_day > p.month_first AND r.on_day <= p.month_last
),

-- Sections 1 to 6: the pieces, from one cut to the day before the next.
pieces AS MATERIALIZED (
    SELECT cpr_nummer, month_first, first_day,
           lead(first_day - 1, 1, month_last) OVER (PARTITION BY cpr_nummer, month_first ORDER BY first_day) AS last_day
    FROM cuts
),

-- Section 1.1: the courses that cover a piece; the one with the later start counts. Two with the same start are noticed
-- also when a third one counts.
covering_courses AS MATERIALIZED (
    SELECT p.cpr_nummer, p.month_first, p.first_day, p.last_day,
           c.forloeb_id, c.ordning, c.tidligere_ydelse, c.ugebeloeb, c.niveau_slutdato, c.granted,
           row_number() OVER (PARTITION BY p.cpr_nummer, p.first_day ORDER BY c.first_day DESC, c.forloeb_id) AS place,
           count(*) OVER (PARTITION BY p.cpr_nummer, p.first_day, c.first_day) AS with_this_start
    FROM pieces p JOIN courses c ON c.cpr_nummer = p.cpr_nummer AND c.first_day <= p.first_day AND c.last_day >= p.first_day
),

-- Section 1.1: the course that counts on each piece.
counting_courses AS MATERIALIZED (
    SELECT *
    FROM (SELECT *, max(with_this_start) OVER (PARTITION BY cpr_nummer, first_day) > 1 AS same_start FROM covering_courses) c
    WHERE place = 1
),

-- Section 1, the tests before 2 and 3: who is held because of the courses.
held_by_course AS MATERIALIZED (
    SELECT DISTINCT cpr_nummer
    FROM counting_courses JOIN this_month USING (month_first)
    WHERE same_start
       OR (ordning = 'RF' AND first_day < date '2013-01-01')
       OR (ordning = 'JA' AND first_day < date '2014-07-01')
       OR (ordning = 'RF' AND granted > date '2026-01-31')
),

-- Sections 1.2, 2 and 4: what the periods say about each piece.
piece_periods AS MATERIALIZED (
    SELECT c.cpr_nummer, c.month_first, c.first_day, c.last_day,
           c.forloeb_id, c.ordning, c.tidligere_ydelse, c.ugebeloeb, c.niveau_slutdato,
           coalesce(bool_or(p.art IN ('OPHOER', 'UDLAND', 'FAENGSEL')), false) AS stopped,
           coalesce(bool_or(p.art = 'HJEMMEBOENDE'), false) AS at_home,
           coalesce(bool_or(p.art = 'SELVSTAENDIG_KVART'), false) AS kvart,
           coalesce(bool_or(p.art = 'SELVSTAENDIG_HALV'), false) AS halv,
           min(CASE WHEN p.art = 'MINDSTESATS' THEN p.beloeb END) AS mindstesats
    FROM counting_courses c
    LEFT JOIN periods p ON p.cpr_nummer = c.cpr_nummer AND p.first_day <= c.first_day AND p.last_day >= c.first_day
    GROUP BY c.cpr_nummer, c.month_first, c.first_day, c.last_day,
             c.forloeb_id, c.ordning, c.tidligere_ydelse, c.ugebeloeb, c.niveau_slutdato
),

-- Section 1: the active pieces, which fulfil 1, 2 and 3.
active_pieces AS MATERIALIZED (
    SELECT *, last_day - first_day + 1 AS days
    FROM piece_periods
    WHERE NOT stopped AND tidligere_ydelse <> 'FOERTIDSPENSION'
),

-- Section 1: first and last active day and their number, per person and month (earlier months included).
activity AS MATERIALIZED (
    SELECT cpr_nummer, month_first, min(first_day) AS first_active, max(last_day) AS last_active, sum(days) AS active
    FROM active_pieces
    GROUP BY cpr_nummer, month_first
),

-- Sections 0 and 1: everyone with an active day in M, with the rates of the last one: the day of most rates.
last_day AS MATERIALIZED (
    SELECT a.cpr_nummer, a.first_active, a.last_active, a.active, m.month_first, m.month_last, m.dim, r.*
    FROM activity a
    JOIN this_month m ON m.month_first = a.month_first
    JOIN rates r ON r.on_day = a.last_active
),

-- Section 1, last line: no active day, but some day that fulfils 1 and 2 and not 3.
pensioners AS MATERIALIZED (
    SELECT DISTINCT p.cpr_nummer
    FROM piece_periods p JOIN this_month USING (month_first)
    WHERE NOT p.stopped AND p.tidligere_ydelse = 'FOERTIDSPENSION'
      AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.cpr_nummer = p.cpr_nummer AND a.month_first = p.month_first)
),

-- ==== 4. Group, base amount and level of each piece =========================================================================

-- Section 2: the child rows that cover each active piece of M.
piece_children AS MATERIALIZED (
    SELECT a.cpr_nummer, a.first_day,
           count(CASE WHEN c.forhold = 'FORSOERGER' THEN 1 END) AS maintained,
           count(CASE WHEN c.forhold = 'BIDRAG' THEN 1 END) AS supported,
           coalesce(sum(CASE WHEN c.forhold = 'BIDRAG' THEN c.bidrag_beloeb END), 0) AS support
    FROM active_pieces a
    JOIN this_month USING (month_first)
    LEFT JOIN child_cover c ON c.cpr_nummer = a.cpr_nummer AND c.first_day <= a.first_day AND c.last_day >= a.first_day
    GROUP BY a.cpr_nummer, a.first_day
),

-- Section 2.1 to 2.4: the group of each active piece of M.
piece_groups AS MATERIALIZED (
    SELECT a.*, c.supported, c.support,
           CASE WHEN c.maintained > 0 THEN 'FORS'
                WHEN a.at_home AND a.first_day < reaches(d.foedselsdato, 25)
                     THEN CASE WHEN c.supported > 0 THEN 'HJ25B' ELSE 'HJ25' END
                WHEN c.supported > 0 THEN 'FORS'
                ELSE 'IKKE' END AS gruppe
    FROM active_pieces a
    JOIN piece_children c ON c.cpr_nummer = a.cpr_nummer AND c.first_day = a.first_day
    JOIN deltagere d ON d.cpr_nummer = a.cpr_nummer
),

-- Section 9, gruppe_skift: with maaned_start, group and child rows of the first active day hold for the month.
settled_groups AS MATERIALIZED (
    SELECT g.cpr_nummer, g.first_day, g.last_day, g.days, g.forloeb_id, g.ordning, g.tidligere_ydelse,
           g.ugebeloeb, g.niveau_slutdato, g.kvart, g.halv, g.mindstesats,
           CASE WHEN gruppe_skift = 'maaned_start' THEN first_value(gruppe) OVER by_first_day ELSE gruppe END AS gruppe,
           CASE WHEN gruppe_skift = 'maaned_start' THEN first_value(supported) OVER by_first_day ELSE supported END AS supported,
           CASE WHEN gruppe_skift = 'maaned_start' THEN first_value(support) OVER by_first_day ELSE support END AS support
    FROM piece_groups g CROSS JOIN policy
    WINDOW by_first_day AS (PARTITION BY cpr_nummer ORDER BY first_day)
),

-- Section 2, base(d), with the rates of the day; NULL when a rate that it uses is missing.
bases AS MATERIALIZED (
    SELECT g.*,
           CASE gruppe
               WHEN 'FORS' THEN ydelse_fors
               WHEN 'IKKE' THEN ydelse_ikke
               WHEN 'HJ25' THEN ydelse_hj25
               ELSE CASE WHEN ydelse_fors IS NULL OR ydelse_hj25 IS NULL THEN NULL
                         WHEN g.first_day <= date '2025-06-30'
                              THEN CASE WHEN ydelse_hj25 + support < ydelse_fors THEN ydelse_hj25 + support ELSE ydelse_fors END
                         WHEN bidragstillaeg IS NULL THEN NULL
                         WHEN ydelse_hj25 + supported * bidragstillaeg < ydelse_fors THEN ydelse_hj25 + supported * bidragstillaeg
                         ELSE ydelse_fors END
           END AS base
    FROM settled_groups g JOIN rates r ON r.on_day = g.first_day
),

-- Section 3: the level of each piece.
levels AS MATERIALIZED (
    SELECT b.*,
           CASE WHEN ordning = 'RF' AND tidligere_ydelse = 'SYGEDAGPENGE' AND first_day <= niveau_slutdato THEN 'SYG'
                WHEN ordning = 'RF' AND tidligere_ydelse = 'LEDIGHEDSYDELSE' THEN 'LED'
                ELSE 'BASIS' END AS niveau
    FROM bases b
),

-- Section 3, weekly amount used (0 when not given), with the caps of the day; section 4, the self-employed share in
-- hundredths of a percent, with the rates of the last active day. NULL when a rate is missing.
amounts AS MATERIALIZED (
    SELECT l.*,
           CASE WHEN niveau = 'BASIS' OR ugebeloeb IS NULL THEN 0
                WHEN niveau = 'SYG' THEN CASE WHEN ugebeloeb < r.sygedagpenge_max THEN ugebeloeb ELSE r.sygedagpenge_max END
                ELSE CASE WHEN ugebeloeb < r.ledighedsydelse_max THEN ugebeloeb ELSE r.ledighedsydelse_max END
           END AS week,
           CASE WHEN ordning = 'JA' AND halv THEN z.selvstaendig_halv
                WHEN ordning = 'JA' AND kvart THEN z.selvstaendig_kvart
                ELSE 10000 END AS share
    FROM levels l
    JOIN rates r ON r.on_day = l.first_day
    JOIN last_day z ON z.cpr_nummer = l.cpr_nummer
),

-- ==== 5. Segments and gross =================================================================================================

-- Section 4: a segment begins where the day before is not active or anything that makes a segment is different.
segment_starts AS MATERIALIZED (
    SELECT a.*,
           CASE WHEN lag(last_day) OVER by_piece = first_day - 1
                 AND lag(forloeb_id) OVER by_piece = forloeb_id
                 AND lag(gruppe) OVER by_piece = gruppe
                 AND lag(base) OVER by_piece IS NOT DISTINCT FROM base
                 AND lag(niveau) OVER by_piece = niveau
                 AND lag(week) OVER by_piece IS NOT DISTINCT FROM week
                 AND lag(share) OVER by_piece IS NOT DISTINCT FROM share
                 AND lag(mindstesats) OVER by_piece IS NOT DISTINCT FROM mindstesats
                THEN 0 ELSE 1 END AS starts_segment
    FROM amounts a
    WINDOW by_piece AS (PARTITION BY cpr_nummer ORDER BY first_day)
),

-- Section 4: the segments from a to b with n days.
segments AS MATERIALIZED (
    SELECT cpr_nummer, min(first_day) AS first_day, max(last_day) AS last_day, sum(days) AS n,
           ordning, gruppe, niveau, mindstesats,
           CAST(base AS hugeint) AS base, CAST(week AS hugeint) AS week, CAST(share AS hugeint) AS share
    FROM (SELECT s.*, sum(starts_segment) OVER (PARTITION BY cpr_nummer ORDER BY first_day) AS segment FROM segment_starts s) s
    GROUP BY cpr_nummer, segment, ordning, gruppe, niveau, mindstesats, base, week, share
),

-- Section 4: g of each segment before the reduced level.
segment_amounts AS MATERIALIZED (
    SELECT s.*, m.dim, m.month_last, p.unit,
           CASE WHEN niveau = 'BASIS' THEN rounded(base * share * n, 10000 * dim, unit)
                ELSE greatest(CASE WHEN syg_maaned = 'hverdage' THEN rounded(week * weekdays(first_day, last_day), 5, unit)
                                   ELSE rounded(week * 52 * n, 12 * dim, unit) END,
                              rounded(base * n, dim, unit))
           END AS g
    FROM segments s CROSS JOIN this_month m CROSS JOIN policy p
),

-- Section 4: gross; active days by scheme (5); the ATP test amount of section 7; whether a rate for it was missing (0).
gross_amounts AS MATERIALIZED (
    SELECT s.cpr_nummer,
           sum(CASE WHEN mindstesats IS NULL THEN g
                    ELSE least(g, rounded(CAST(mindstesats AS hugeint) * n, s.dim, unit)) END) AS gross,
           sum(CASE WHEN ordning = 'RF' THEN n ELSE 0 END) AS rf_days,
           sum(CASE WHEN ordning = 'JA' THEN n ELSE 0 END) AS ja_days,
           sum(rounded(CAST(full_rate AS hugeint) * n, s.dim, unit)) AS atp_test,
           bool_or(base IS NULL OR week IS NULL OR share IS NULL OR full_rate IS NULL) AS rate_missing
    FROM (SELECT a.*, CASE WHEN gruppe = 'FORS' THEN z.ydelse_fors ELSE z.ydelse_ikke END AS full_rate
          FROM segment_amounts a JOIN last_day z ON z.cpr_nummer = a.cpr_nummer) s
    GROUP BY s.cpr_nummer
),

-- Section 6: the active pieces inside any TREDJEDEL period, each once.
third_pieces AS MATERIALIZED (
    SELECT DISTINCT s.cpr_nummer, s.first_day
    FROM segment_starts s JOIN decided_sanctions t ON t.cpr_nummer = s.cpr_nummer AND t.first_day <= s.first_day AND t.last_day >= s.first_day
    WHERE t.art = 'TREDJEDEL'
),

-- Section 6: group, level and b0 (in oere / 10000) of the first active day; the days inside a TREDJEDEL period.
-- Section 5.5: active days that no SELVSTAENDIG period covers. Section 4: the scheme of the last active day.
month_facts AS MATERIALIZED (
    SELECT s.cpr_nummer,
           max(CASE WHEN s.first_day = a.first_active THEN gruppe END) AS group0,
           max(CASE WHEN s.first_day = a.first_active THEN niveau END) AS level0,
           max(CASE WHEN s.first_day = a.first_active
                    THEN CASE WHEN CAST(mindstesats AS hugeint) * 10000 < CAST(base AS hugeint) * share
                              THEN CAST(mindstesats AS hugeint) * 10000 ELSE CAST(base AS hugeint) * share END END) AS b0,
           max(CASE WHEN s.last_day = a.last_active THEN ordning END) AS last_scheme,
           sum(CASE WHEN kvart OR halv THEN 0 ELSE days END) AS not_self_employed,
           sum(CASE WHEN t.cpr_nummer IS NULL THEN 0 ELSE days END) AS third_days
    FROM segment_starts s
    JOIN last_day a ON a.cpr_nummer = s.cpr_nummer
    LEFT JOIN third_pieces t ON t.cpr_nummer = s.cpr_nummer AND t.first_day = s.first_day
    GROUP BY s.cpr_nummer
),

-- Section 4, scheme(M): the scheme with the most active days, when equal that of the last active day; with it the rates
-- of the wage bracket (5) and the policy for its limit in 2014 (9).
months AS MATERIALIZED (
    SELECT a.cpr_nummer, a.active, a.month_first, a.dim, p.unit,
           g.gross, g.atp_test, g.rate_missing, f.group0, f.level0, f.b0, f.not_self_employed, f.third_days,
           CASE WHEN rf_days > ja_days THEN 'RF' WHEN ja_days > rf_days THEN 'JA' ELSE last_scheme END AS scheme
    FROM last_day a
    JOIN gross_amounts g ON g.cpr_nummer = a.cpr_nummer
    JOIN month_facts f ON f.cpr_nummer = a.cpr_nummer
    CROSS JOIN policy p
),

-- ==== 6. Income: classes, sums, deductions ==================================================================================

-- Section 5: the income rows that can count: paid out in M, or on the social frikort earlier in the year; their class;
-- split = a LOEN row without a judgement, whose andet is ANDEN.
income_rows AS MATERIALIZED (
    SELECT i.post_id, i.cpr_nummer, i.dispositionsdato, i.loenperiode_start, i.loenperiode_slut, coalesce(i.felt_0200, 0) AS hours,
           CAST(coalesce(felt_0013, 0) AS hugeint) - coalesce(felt_0198, 0) + coalesce(felt_0147, 0) + coalesce(felt_0148, 0) AS loen,
           CAST(coalesce(felt_0014, 0) AS hugeint) + coalesce(felt_0036, 0) + coalesce(felt_0038, 0) AS andet,
           CASE WHEN i.klasse IS NOT NULL THEN i.klasse
                WHEN i.indkomsttype IN ('04', '06', '07') AND i.arbejdsgiver_se = d.se_nummer AND d.se_nummer <> '' THEN 'IGNORER'
                WHEN i.indkomsttype IN ('06', '09', '26') THEN 'IGNORER'
                WHEN i.indkomsttype IN ('00', '02', '03', '08', '10', '11') THEN 'LOEN'
                WHEN i.indkomsttype IN ('01', '04', '05', '07', '20', '24') THEN 'ANDEN'
           END AS klasse,
           i.klasse IS NULL AND i.indkomsttype IN ('00', '02', '03', '08', '10', '11') AS split,
           i.dispositionsdato < m.month_first AS is_earlier,
           m.month_first >= date '2016-01-01' AND i.loenperiode_start IS NOT NULL AS by_period
    FROM indkomst i
    JOIN deltagere d ON d.cpr_nummer = i.cpr_nummer
    JOIN this_month m ON i.dispositionsdato <= m.month_last
                     AND (i.dispositionsdato >= m.month_first
                          OR (i.klasse = 'FRIKORT' AND i.dispositionsdato >= make_date(m.the_year, 1, 1)))
),

-- Section 5, period rule: all days of the pay period, and those inside a course.
income_periods AS MATERIALIZED (
    SELECT i.post_id, i.cpr_nummer, i.loenperiode_slut - i.loenperiode_start + 1 AS all_days,
           sum(CASE WHEN c.cpr_nummer IS NULL THEN 0
                    ELSE least(c.last_day, i.loenperiode_slut) - greatest(c.first_day, i.loenperiode_start) + 1 END) AS inside
    FROM income_rows i
    LEFT JOIN course_runs c ON c.cpr_nummer = i.cpr_nummer
                           AND c.first_day <= i.loenperiode_slut AND c.last_day >= i.loenperiode_start
    WHERE i.by_period
    GROUP BY i.post_id, i.cpr_nummer, i.loenperiode_start, i.loenperiode_slut
),

-- Section 5: one line per amount of a class; a split row gives two.
income_lines AS MATERIALIZED (
    SELECT post_id, cpr_nummer, dispositionsdato, is_earlier, by_period, klasse, hours,
           CASE WHEN split THEN loen ELSE loen + andet END AS amount
    FROM income_rows WHERE klasse <> 'IGNORER'
    UNION ALL
    SELECT post_id, cpr_nummer, dispositionsdato, is_earlier, by_period, 'ANDEN', 0, andet
    FROM income_rows WHERE split AND andet <> 0
),

-- Section 5, period rule: what counts of each line. By pay period, or else only from the first active day of the month in
-- which it was paid out; in a month without an active day every row counts.
income_counted AS MATERIALIZED (
    SELECT l.cpr_nummer, l.klasse, l.is_earlier, extract(month FROM l.dispositionsdato) AS paid_month,
           CASE WHEN l.by_period THEN rounded(l.amount * p.inside, p.all_days, policy.unit)
                WHEN l.dispositionsdato < a.first_active THEN 0
                ELSE l.amount END AS amount,
           CASE WHEN l.by_period AND p.inside = 0 THEN 0
                WHEN NOT l.by_period AND l.dispositionsdato < a.first_active THEN 0
                ELSE l.hours END AS hours
    FROM income_lines l
    CROSS JOIN policy
    LEFT JOIN income_periods p ON p.post_id = l.post_id
    LEFT JOIN activity a ON a.cpr_nummer = l.cpr_nummer
                        AND a.month_first = make_date(CAST(extract(year FROM l.dispositionsdato) AS integer),
                                                      CAST(extract(month FROM l.dispositionsdato) AS integer), 1)
),

-- Section 5: the sums of M.
income_sums AS MATERIALIZED (
    SELECT cpr_nummer,
           sum(CASE WHEN klasse = 'LOEN'         THEN amount ELSE 0 END) AS w,
           sum(CASE WHEN klasse = 'LOEN_SYGDOM'  THEN amount ELSE 0 END) AS s,
           sum(CASE WHEN klasse = 'FLEKSTILSKUD' THEN amount ELSE 0 END) AS f,
           sum(CASE WHEN klasse = 'TILBUD'       THEN amount ELSE 0 END) AS b,
           sum(CASE WHEN klasse = 'TILBUD'       THEN hours  ELSE 0 END) AS h,
           sum(CASE WHEN klasse = 'OVERSKUD'     THEN amount ELSE 0 END) AS p,
           sum(CASE WHEN klasse = 'ANDEN'        THEN amount ELSE 0 END) AS x,
           sum(CASE WHEN klasse = 'FRIKORT'      THEN amount ELSE 0 END) AS q
    FROM income_counted
    WHERE NOT is_earlier
    GROUP BY cpr_nummer
),

-- Section 5, step 3: used, the sum of max(0, Q) over the earlier months of the year.
frikort_used AS MATERIALIZED (
    SELECT cpr_nummer, sum(greatest(q, 0)) AS used
    FROM (SELECT cpr_nummer, paid_month, sum(amount) AS q
          FROM income_counted
          WHERE is_earlier AND klasse = 'FRIKORT'
          GROUP BY cpr_nummer, paid_month) q
    GROUP BY cpr_nummer
),

-- Section 5, step 1: in RF sick pay is wage and the fleks supplement other income. Step 2: negative sums count as 0.
-- p is left as it is; step 5 looks at its sign.
income_by_scheme AS MATERIALIZED (
    SELECT m.cpr_nummer,
           greatest(CASE WHEN scheme = 'RF' THEN coalesce(w, 0) + coalesce(s, 0) ELSE coalesce(w, 0) END, 0) AS w,
           greatest(CASE WHEN scheme = 'RF' THEN 0 ELSE coalesce(s, 0) END, 0) AS s,
           greatest(CASE WHEN scheme = 'RF' THEN 0 ELSE coalesce(f, 0) END, 0) AS f,
           greatest(CASE WHEN scheme = 'RF' THEN coalesce(x, 0) + coalesce(f, 0) ELSE coalesce(x, 0) END, 0) AS x,
           greatest(coalesce(b, 0), 0) AS b,
           greatest(coalesce(h, 0), 0) AS h,
           greatest(coalesce(q, 0), 0) AS q,
           coalesce(p, 0) AS p
    FROM months m LEFT JOIN income_sums i ON i.cpr_nummer = m.cpr_nummer
),

-- Section 5, step 3: free = clamp(rate(frikort) - used, 0, Q); no rate row means 0.
frikort_free AS MATERIALIZED (
    SELECT i.cpr_nummer, least(greatest(coalesce(z.frikort, 0) - coalesce(u.used, 0), 0), i.q) AS free
    FROM income_by_scheme i
    JOIN last_day z ON z.cpr_nummer = i.cpr_nummer
    LEFT JOIN frikort_used u ON u.cpr_nummer = i.cpr_nummer
),

-- Section 5, step 4: holiday supplements and days off paid out in M.
holiday_supplements AS MATERIALIZED (
    SELECT cpr_nummer, sum(beloeb_brutto) AS amount
    FROM feriepenge JOIN this_month ON udbetalingsdato BETWEEN month_first AND month_last
    WHERE art IN ('FT', 'FF') AND ferieaar <> '9999'
    GROUP BY cpr_nummer
),

-- Section 5, steps 3, 4 and 5: the final W and X, and dS (step 1).
income AS MATERIALIZED (
    SELECT m.cpr_nummer, i.b, i.h,
           greatest(i.w + i.q - ff.free + coalesce(hs.amount, 0), 0) AS w,
           i.s + CASE WHEN i.s > 0 THEN i.f ELSE 0 END AS ds,
           i.x + CASE WHEN i.p <= 0 THEN 0
                      WHEN m.scheme = 'RF' THEN i.p
                      ELSE rounded(i.p * m.not_self_employed, m.active, m.unit) END AS x
    FROM months m
    JOIN income_by_scheme i ON i.cpr_nummer = m.cpr_nummer
    JOIN frikort_free ff ON ff.cpr_nummer = m.cpr_nummer
    LEFT JOIN holiday_supplements hs ON hs.cpr_nummer = m.cpr_nummer
),

-- Section 5, holiday pay held: the rows with dates that touch M.
holidays AS MATERIALIZED (
    SELECT post_id, cpr_nummer, foerste_feriedag AS first_day, sidste_feriedag AS last_day, antal_feriedage, beloeb_brutto,
           weekdays(foerste_feriedag, sidste_feriedag) AS weekdays_all
    FROM feriepenge JOIN this_month ON foerste_feriedag <= month_last AND sidste_feriedag >= month_first
    WHERE art = 'FG' AND udbetalingstype = 'UDB1' AND ferieaar <> '9999'
),

-- Section 5: C, c(M) and c(M-1) of each row: weekdays inside a course; calendar days when [f, l] has no weekday.
holiday_counts AS MATERIALIZED (
    SELECT h.post_id, h.cpr_nummer, h.antal_feriedage, h.beloeb_brutto,
           CASE WHEN weekdays_all > 0 THEN weekdays_all ELSE h.last_day - h.first_day + 1 END AS c_all,
           sum(CASE WHEN greatest(c.first_day, h.first_day) > least(c.last_day, h.last_day, month_last) THEN 0
                    WHEN weekdays_all > 0 THEN weekdays(greatest(c.first_day, h.first_day), least(c.last_day, h.last_day, month_last))
                    ELSE least(c.last_day, h.last_day, month_last) - greatest(c.first_day, h.first_day) + 1 END) AS c_this,
           sum(CASE WHEN greatest(c.first_day, h.first_day) > least(c.last_day, h.last_day, month_first - 1) THEN 0
                    WHEN weekdays_all > 0 THEN weekdays(greatest(c.first_day, h.first_day), least(c.last_day, h.last_day, month_first - 1))
                    ELSE least(c.last_day, h.last_day, month_first - 1) - greatest(c.first_day, h.first_day) + 1 END) AS c_before
    FROM holidays h
    CROSS JOIN this_month
    JOIN course_runs c ON c.cpr_nummer = h.cpr_nummer
    GROUP BY h.post_id, h.cpr_nummer, h.antal_feriedage, h.beloeb_brutto, h.first_day, h.last_day, weekdays_all
),

-- Section 5: H, the holiday pay of M, row by row.
holiday_pay AS MATERIALIZED (
    SELECT cpr_nummer,
           sum(rounded(CAST(beloeb_brutto AS hugeint) * c_this, c_all, unit)
               - rounded(CAST(beloeb_brutto AS hugeint) * c_before, c_all, unit)) AS pay
    FROM holiday_counts CROSS JOIN policy
    GROUP BY cpr_nummer
),

-- Section 5: v exactly. First the numerators of the rows that have the same denominator C, numbered per person ...
holiday_fractions AS MATERIALIZED (
    SELECT cpr_nummer, c_all AS denominator, sum(CAST(antal_feriedage AS hugeint) * (c_this - c_before)) AS numerator,
           row_number() OVER (PARTITION BY cpr_nummer ORDER BY c_all) AS place,
           count(*) OVER (PARTITION BY cpr_nummer) AS places
    FROM holiday_counts
    GROUP BY cpr_nummer, c_all
),

-- ... then the fractions are added one after the other over their common denominator.
holiday_days AS MATERIALIZED (
    SELECT cpr_nummer, place, places, CAST(numerator AS hugeint) AS numerator, CAST(denominator AS hugeint) AS denominator
    FROM holiday_fractions
    WHERE place = 1
    UNION ALL
    SELECT d.cpr_nummer, f.place, f.places,
           CAST(d.numerator * f.denominator + f.numerator * d.denominator AS hugeint),
           CAST(d.denominator * f.denominator AS hugeint)
    FROM holiday_days d JOIN holiday_fractions f ON f.cpr_nummer = d.cpr_nummer AND f.place = d.place + 1
),

-- Section 5: H and v (in hundredths of days / v_denominator) of the month; negative sums count as 0.
holiday AS MATERIALIZED (
    SELECT p.cpr_nummer, greatest(p.pay, 0) AS pay, greatest(d.numerator, 0) AS v, d.denominator AS v_denominator
    FROM holiday_pay p JOIN holiday_days d ON d.cpr_nummer = p.cpr_nummer
    WHERE d.place = d.places
),

-- Section 5: what the deductions need, per person: T, u, o of scheme(M), W, W + H.
deduction_terms AS MATERIALIZED (
    SELECT m.*, i.w, i.ds, i.b, i.h, i.x,
           coalesce(o.pay, 0) AS pay, coalesce(o.v, 0) AS v, coalesce(o.v_denominator, 1) AS v_denominator,
           CASE WHEN m.scheme = 'RF' THEN z.loengraense_rf
                WHEN t.the_year = 2014 AND p.loengraense_ja_2014 = '13446' AND z.loengraense_ja IS NOT NULL THEN 1344600
                ELSE z.loengraense_ja END AS wage_limit,
           CASE WHEN m.scheme = 'RF' THEN z.under_rf ELSE z.under_ja END AS under_pct,
           CASE WHEN m.scheme = 'RF' THEN z.over_rf ELSE z.over_ja END AS over_pct,
           z.timefradrag, z.timefradrag_max
    FROM months m
    JOIN this_month t ON t.month_first = m.month_first
    CROSS JOIN policy p
    JOIN last_day z ON z.cpr_nummer = m.cpr_nummer
    JOIN income i ON i.cpr_nummer = m.cpr_nummer
    LEFT JOIN holiday o ON o.cpr_nummer = m.cpr_nummer
),

-- Section 5: wage(W), wage(W + H), the cap for holiday pay held, and dT.
wages AS MATERIALIZED (
    SELECT d.*,
           rounded(under_pct * least(w, wage_limit), 10000, unit)
           + rounded(over_pct * greatest(w - wage_limit, 0), 10000, unit) AS dw,
           rounded(under_pct * least(w + pay, wage_limit), 10000, unit)
           + rounded(over_pct * greatest(w + pay - wage_limit, 0), 10000, unit) AS dw_with_holiday,
           rounded(gross * least(v * 7, active * 500 * v_denominator), active * 500 * v_denominator, unit) AS holiday_cap,
           CASE WHEN b = 0 THEN 0
                ELSE greatest(b - rounded(timefradrag * CASE WHEN h = 0 THEN 0 ELSE least(h, timefradrag_max) END, 100, unit), 0)
           END AS dt
    FROM deduction_terms d
),

-- Section 5: after. From here on rate_missing also knows the rates of the deductions (section 0).
after_income AS MATERIALIZED (
    SELECT cpr_nummer, active, month_first, dim, unit, gross, atp_test,
           group0, level0, b0, third_days, dw, ds, dt, x AS dx, dh,
           greatest(gross - dw - ds - dt - x - dh, 0) AS after,
           rate_missing OR wage_limit IS NULL OR under_pct IS NULL OR over_pct IS NULL OR timefradrag IS NULL
           OR (b > 0 AND timefradrag_max IS NULL) AS rate_missing
    FROM (SELECT w.*, least(dw_with_holiday - dw, holiday_cap) AS dh FROM wages w) w
),

-- ==== 7. Sanctions and the benefit ==========================================================================================

-- Section 6: PERIODE and PUNKT rows of M, in the month of the event or one of the next three.
sanctions_of_month AS MATERIALIZED (
    SELECT s.*
    FROM decided_sanctions s JOIN this_month m ON s.virkningsmaaned = m.month_first
    WHERE s.art IN ('PERIODE', 'PUNKT')
      AND (m.the_year - CAST(extract(year FROM s.haendelsesdato) AS integer)) * 12
          + m.the_month - CAST(extract(month FROM s.haendelsesdato) AS integer) BETWEEN 0 AND 3
),

-- Section 6, PERIODE: dP.
period_sanctions AS MATERIALIZED (
    SELECT a.cpr_nummer, sum(rounded(s.dage * rounded(b0 * 12, 260 * 10000, 100) * after, gross, unit)) AS dp
    FROM after_income a JOIN sanctions_of_month s ON s.cpr_nummer = a.cpr_nummer
    WHERE s.art = 'PERIODE' AND gross > 0
    GROUP BY a.cpr_nummer
),

-- Section 6, PUNKT: one per month, the earliest event, then the smallest id; dQ.
point_sanctions AS MATERIALIZED (
    SELECT a.cpr_nummer,
           rounded(CASE WHEN group0 IN ('FORS', 'IKKE') OR level0 IN ('SYG', 'LED') THEN z.punkt_hoej ELSE z.punkt_lav END * after,
                   gross, unit) AS dq
    FROM after_income a
    JOIN last_day z ON z.cpr_nummer = a.cpr_nummer
    JOIN (SELECT cpr_nummer, row_number() OVER (PARTITION BY cpr_nummer ORDER BY haendelsesdato, sanktion_id COLLATE "C") AS place
          FROM sanctions_of_month WHERE art = 'PUNKT') s ON s.cpr_nummer = a.cpr_nummer AND s.place = 1
    WHERE gross > 0
),

-- Section 6: dP, dQ, and TREDJEDEL, dB. A point sanction without its rate is a missing rate.
sanctioned AS MATERIALIZED (
    SELECT a.*, coalesce(p.dp, 0) + coalesce(q.dq, 0)
           + CASE WHEN gross = 0 OR (group0 IN ('HJ25', 'HJ25B') AND level0 = 'BASIS') THEN 0
                  ELSE rounded(greatest(after - coalesce(p.dp, 0) - coalesce(q.dq, 0), 0) * third_days, active * 3, 100) END AS sanction,
           q.cpr_nummer IS NOT NULL AND q.dq IS NULL AS point_rate_missing
    FROM after_income a
    LEFT JOIN period_sanctions p ON p.cpr_nummer = a.cpr_nummer
    LEFT JOIN point_sanctions q ON q.cpr_nummer = a.cpr_nummer
),

-- Section 6: ydelse; section 9, afrunding: krone_resultat rounds it before section 7.
benefits AS MATERIALIZED (
    SELECT s.*,
           rounded(greatest(after - sanction, 0), 1, CASE WHEN p.afrunding = 'krone_resultat' THEN 100 ELSE 1 END) AS ydelse
    FROM sanctioned s CROSS JOIN policy p
),

-- ==== 8. Contributions, who is held, the result =============================================================================

-- Section 7: ATP is due when after (section 9, sanktion_fjerner_atp: ydelse) reaches the test amount.
atp_due AS MATERIALIZED (
    SELECT b.*, CASE WHEN p.sanktion_fjerner_atp = 'ja' THEN ydelse ELSE after END >= atp_test AS due
    FROM benefits b CROSS JOIN policy p
),

-- Section 7: own share and the municipality's.
atp_shares AS MATERIALIZED (
    SELECT d.*, z.obligatorisk_pension,
           CASE WHEN due THEN least(rounded(CAST(atp_samlet AS hugeint) * d.active, d.dim * 3, 100), ydelse) ELSE 0 END AS atp_own,
           CASE WHEN due THEN rounded(CAST(atp_samlet AS hugeint) * d.active * 2, d.dim * 3, 100) ELSE 0 END AS atp_municipality,
           coalesce(rate_missing OR point_rate_missing OR (due AND z.atp_samlet IS NULL)
                    OR (d.month_first >= date '2020-01-01' AND z.obligatorisk_pension IS NULL), true) AS lacks_rate
    FROM atp_due d JOIN last_day z ON z.cpr_nummer = d.cpr_nummer
),

-- Section 7, tax: the card that covers the last day of M.
tax_cards AS MATERIALIZED (
    SELECT *
    FROM (SELECT k.cpr_nummer, korttype, traekprocent, maanedsfradrag, frikort_graense,
                 row_number() OVER (PARTITION BY k.cpr_nummer
                                    ORDER BY CASE korttype WHEN 'HOVED' THEN 1 WHEN 'FRI' THEN 2 ELSE 3 END,
                                             foerste_dag DESC, post_id COLLATE "C") AS place
          FROM skattekort k JOIN this_month ON foerste_dag <= month_last AND coalesce(sidste_dag, date '9999-12-31') >= month_last) k
    WHERE place = 1
),

-- Section 7, tax: what is taxed in whole kroner (t less the card's deduction or limit) and the percentage; no limit on FRI: no tax.
taxable AS MATERIALIZED (
    SELECT a.*,
           CASE WHEN k.korttype = 'HOVED' THEN greatest(t - coalesce(k.maanedsfradrag, 0), 0)
                WHEN k.korttype = 'FRI' THEN CASE WHEN k.frikort_graense IS NULL THEN 0 ELSE greatest(t - k.frikort_graense, 0) END
                ELSE t END AS taxed,
           CASE WHEN k.cpr_nummer IS NULL THEN 5500 ELSE coalesce(k.traekprocent, 5500) END AS tax_pct
    FROM (SELECT s.*, ydelse - atp_own - (ydelse - atp_own) % 100 AS t FROM atp_shares s) a
    LEFT JOIN tax_cards k ON k.cpr_nummer = a.cpr_nummer
),

-- Section 7: obligatory pension, and the tax rounded down to whole kroner (section 9: only with skat).
contributions AS MATERIALIZED (
    SELECT t.*,
           CASE WHEN month_first >= date '2020-01-01'
                THEN rounded(CAST(obligatorisk_pension AS hugeint) * (ydelse - atp_own), 10000, 100) ELSE 0 END AS pension,
           CASE WHEN p.skat = 'ja' THEN rounded(taxed * tax_pct - taxed * tax_pct % 1000000, 10000, 1) ELSE 0 END AS tax
    FROM taxable t CROSS JOIN policy p
),

-- Section 8: who is held, by the courses or because a needed rate is missing.
held AS MATERIALIZED (
    SELECT cpr_nummer FROM held_by_course
    UNION
    SELECT cpr_nummer FROM contributions WHERE lacks_rate
),

-- Section 8: those that are not held, with their amounts. Held participants and pensioners have none.
paid AS MATERIALIZED (
    SELECT c.*, ydelse - atp_own - tax AS to_be_paid
    FROM contributions c WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.cpr_nummer = c.cpr_nummer)
),

-- Sections 1 and 8: everybody with a result. Held wins, also over a course that is kept as foertidspension.
outcomes AS MATERIALIZED (
    SELECT cpr_nummer, CAST('TILBAGEHOLDT' AS text) AS udfald FROM held
    UNION ALL
    SELECT cpr_nummer, CASE WHEN to_be_paid > 0 THEN 'BETALES' ELSE 'NUL' END FROM paid
    UNION ALL
    SELECT cpr_nummer, 'FOERTIDSPENSION'
    FROM pensioners p WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.cpr_nummer = p.cpr_nummer)
)

-- The result, sorted by cpr_nummer.
SELECT o.cpr_nummer,
       lpad(CAST(m.the_year AS text), 4, '0') || '-' || lpad(CAST(m.the_month AS text), 2, '0') AS maaned,
       o.udfald,
       CAST(coalesce(p.active, 0) AS bigint)                      AS aktive_dage,
       CAST(coalesce(p.gross, 0) AS bigint)                       AS brutto,
       CAST(coalesce(p.dw, 0) AS bigint)                          AS fradrag_loen,
       CAST(coalesce(p.ds, 0) AS bigint)                          AS fradrag_sygeloen,
       CAST(coalesce(p.dt, 0) AS bigint)                          AS fradrag_tilbud,
       CAST(coalesce(p.dx, 0) AS bigint)                          AS fradrag_anden,
       CAST(coalesce(p.dh, 0) AS bigint)                          AS fradrag_ferie,
       CAST(coalesce(p.after, 0) AS bigint)                       AS efter_indkomst,
       CAST(coalesce(p.sanction, 0) AS bigint)                    AS sanktion,
       CAST(coalesce(p.ydelse, 0) AS bigint)                      AS ydelse,
       CAST(coalesce(p.atp_own, 0) AS bigint)                     AS atp_egen,
       CAST(coalesce(p.atp_municipality, 0) AS bigint)            AS atp_kommune,
       CAST(coalesce(p.pension, 0) AS bigint)                     AS pension,
       CAST(coalesce(p.tax, 0) AS bigint)                         AS skat,
       CAST(coalesce(p.to_be_paid, 0) AS bigint)                  AS til_udbetaling
FROM outcomes o CROSS JOIN this_month m LEFT JOIN paid p ON p.cpr_nummer = o.cpr_nummer
ORDER BY o.cpr_nummer
