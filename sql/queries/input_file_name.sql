-- What an input file was called: psql -v file=1
SELECT name FROM ydelse.input_file WHERE file_id = :'file'::integer;
