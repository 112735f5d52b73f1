-- The hashes that no stored payment file has: psql -v hashes='{...}'.
SELECT sha256 FROM ydelse.sent_unknown(:'hashes'::text[])
