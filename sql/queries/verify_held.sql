-- Who is noted as held: each note is what a sealed result says, and whoever is held is noted.
SELECT 'HOLDT_AFVIGER' AS code, 'held_event' AS relation,
       concat_ws(' ', 'run ' || h.run_id, to_char(h.month, 'YYYY-MM'), h.code, '(' || coalesce(ydelse.participant_place(h.cpr), '?') || ')') AS key,
       coalesce(r.udfald, '') AS expected, h.held::text AS found
  FROM ydelse.held_event h
  LEFT JOIN ydelse.result r ON r.run_id = h.run_id AND r.month = h.month AND r.cpr = h.cpr
 WHERE h.held <> coalesce(r.udfald = 'TILBAGEHOLDT' AND h.code = ANY (string_to_array(r.fund, ',')), false)
    OR h.since_run_id > h.run_id
    OR NOT ydelse.is_erased('run', h.since_run_id) AND NOT EXISTS (SELECT FROM ydelse.held_event s
                    WHERE s.cpr = h.cpr AND s.code = h.code AND s.run_id = h.since_run_id AND s.held)
UNION ALL
SELECT 'HOLDT_AFVIGER', 'held_event',
       concat_ws(' ', 'run ' || n.run_id, to_char(n.month, 'YYYY-MM'), '(' || coalesce(ydelse.participant_place(n.cpr), '?') || ')'),
       'TILBAGEHOLDT', ''
  FROM ydelse.result_held_now n
 WHERE NOT EXISTS (SELECT FROM ydelse.held_open o WHERE o.cpr = n.cpr AND o.month = n.month)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM ydelse.held_event)::text;
