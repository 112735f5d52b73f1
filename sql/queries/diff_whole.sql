-- The differences that have one part by their outcomes alone: psql -v held=11 -v begins=12 -v ends=13
INSERT INTO difference_part
SELECT cpr, month,
       CASE WHEN 'TILBAGEHOLDT' IN (before_udfald, after_udfald) THEN :'held'::smallint
            WHEN before_udfald IS NULL THEN :'begins'::smallint ELSE :'ends'::smallint END,
       after_ydelse - before_ydelse, after_til_udbetaling - before_til_udbetaling
  FROM difference_found
 WHERE before_udfald IS NULL OR after_udfald IS NULL OR 'TILBAGEHOLDT' IN (before_udfald, after_udfald);
