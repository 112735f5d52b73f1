-- Where things stand, as one JSON document. Amounts in oere.
SELECT jsonb_pretty(ydelse.status());
