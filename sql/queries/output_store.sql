-- An output of a sealed run, stored now or as it was stored before: psql -v kind=posteringer -v run=1 -v config='{...}'
SELECT bytes, sha256, rows, again FROM ydelse.output_store(:'kind', :'run'::integer, :'config', ydelse.session_started())
