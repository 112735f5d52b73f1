-- A stored result as the line that `ydelse calc` prints for it: what an explanation must end in, byte for byte.
-- The nightly user may read it, as it reads the facts; auditors and finance staff look at people through functions
-- that log each look.
CREATE VIEW result_line AS
SELECT r.run_id, r.month, r.cpr,
       concat_ws(';', r.cpr, to_char(r.month, 'YYYY-MM'), r.udfald, r.aktive_dage,
                 ydelse.kroner(r.brutto), ydelse.kroner(r.fradrag_loen), ydelse.kroner(r.fradrag_sygeloen),
                 ydelse.kroner(r.fradrag_tilbud), ydelse.kroner(r.fradrag_anden), ydelse.kroner(r.fradrag_ferie),
                 ydelse.kroner(r.efter_indkomst), ydelse.kroner(r.sanktion), ydelse.kroner(r.ydelse),
                 ydelse.kroner(r.atp_egen), ydelse.kroner(r.atp_kommune), ydelse.kroner(r.pension),
                 ydelse.kroner(r.skat), ydelse.kroner(r.til_udbetaling), r.fund) AS line
  FROM result r;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ydelse_batch') THEN
        GRANT SELECT ON ydelse.result_line TO ydelse_batch;
        GRANT EXECUTE ON FUNCTION ydelse.kroner(bigint) TO ydelse_batch;
    END IF;
END $$;
