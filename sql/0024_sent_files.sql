-- The list of sent files lies outside of the database (io/pay/sent_list.h): a database restored from an older backup does not
-- know what was sent since, and would pay it again.

-- Those of the hashes that no stored payment file has; and whether any file is stored at all.
CREATE FUNCTION sent_unknown(hashes text[]) RETURNS TABLE (sha256 text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h FROM unnest(hashes) AS h
     WHERE NOT EXISTS (SELECT FROM ydelse.payment_file f WHERE encode(f.sha256, 'hex') = h)
$$;
CREATE FUNCTION sent_any() RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ydelse.payment_file)
$$;
REVOKE EXECUTE ON FUNCTION sent_unknown(text[]), sent_any() FROM PUBLIC;

DO $$
BEGIN
    IF ydelse.roles_exist() THEN
        GRANT EXECUTE ON FUNCTION ydelse.sent_unknown(text[]), ydelse.sent_any() TO ydelse_finance, ydelse_auditor;
    END IF;
END $$;
