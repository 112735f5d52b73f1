-- Where the second opinion (table answer) and what holds in schema ydelse differ: a row per person and column.
SELECT cpr, field, engine, second
  FROM (SELECT coalesce(r.cpr, a.cpr_nummer) AS cpr, pair.field, pair.engine, pair.second
          FROM (SELECT * FROM ydelse.result_current WHERE month = current_setting('second.month')::date) r
          FULL JOIN answer a ON a.cpr_nummer = r.cpr
         CROSS JOIN LATERAL (VALUES
               ('udfald', coalesce(r.udfald, 'no result'), coalesce(a.udfald, 'no result')),
               ('aktive_dage', r.aktive_dage::text, a.aktive_dage::text),
               ('brutto', r.brutto::text, a.brutto::text),
               ('fradrag_loen', r.fradrag_loen::text, a.fradrag_loen::text),
               ('fradrag_sygeloen', r.fradrag_sygeloen::text, a.fradrag_sygeloen::text),
               ('fradrag_tilbud', r.fradrag_tilbud::text, a.fradrag_tilbud::text),
               ('fradrag_anden', r.fradrag_anden::text, a.fradrag_anden::text),
               ('fradrag_ferie', r.fradrag_ferie::text, a.fradrag_ferie::text),
               ('efter_indkomst', r.efter_indkomst::text, a.efter_indkomst::text),
               ('sanktion', r.sanktion::text, a.sanktion::text),
               ('ydelse', r.ydelse::text, a.ydelse::text),
               ('atp_egen', r.atp_egen::text, a.atp_egen::text),
               ('atp_kommune', r.atp_kommune::text, a.atp_kommune::text),
               ('pension', r.pension::text, a.pension::text),
               ('skat', r.skat::text, a.skat::text),
               ('til_udbetaling', r.til_udbetaling::text, a.til_udbetaling::text)
               ) AS pair(field, engine, second)) compared
 WHERE engine IS DISTINCT FROM second
 ORDER BY cpr, field;
