-- What holds for a month now, line by line in the format of `ydelse calc` without its header: psql -v month=2024-03-01
SELECT concat_ws(';', r.cpr, to_char(r.month, 'YYYY-MM'), r.udfald, r.aktive_dage,
                 ydelse.kroner(r.brutto), ydelse.kroner(r.fradrag_loen), ydelse.kroner(r.fradrag_sygeloen),
                 ydelse.kroner(r.fradrag_tilbud), ydelse.kroner(r.fradrag_anden), ydelse.kroner(r.fradrag_ferie),
                 ydelse.kroner(r.efter_indkomst), ydelse.kroner(r.sanktion), ydelse.kroner(r.ydelse),
                 ydelse.kroner(r.atp_egen), ydelse.kroner(r.atp_kommune), ydelse.kroner(r.pension),
                 ydelse.kroner(r.skat), ydelse.kroner(r.til_udbetaling), r.fund)
  FROM ydelse.result_current r
 WHERE r.month = :'month'::date
 ORDER BY r.cpr;
