-- Claims against the open lines, the lines they took, and their events. What the text of an event says is held against the
-- tables by the program (ydelse.claim_event_text).
WITH event AS (
    SELECT e.*, lag(e.new_state) OVER (PARTITION BY e.claim_id ORDER BY e.event_id) AS state_before,
           'krav ' || e.claim_id || ' hændelse ' || e.event_id AS key
      FROM ydelse.claim_event e),
last AS (SELECT DISTINCT ON (claim_id) * FROM ydelse.claim_event ORDER BY claim_id, event_id DESC),
part AS (
    SELECT c.claim_id, count(p.line_id) AS parts, count(e.entitlement_id) AS lines, coalesce(sum(e.delta_til_udbetaling), 0) AS oere
      FROM ydelse.claim c
      LEFT JOIN ydelse.claim_part p USING (claim_id)
      LEFT JOIN ydelse.entitlement e ON e.month = c.month AND e.cpr = c.cpr AND e.entitlement_id * 10 + 1 = p.line_id
     GROUP BY c.claim_id)
SELECT 'KRAV_AFVIGER' AS code, 'claim' AS relation,
       coalesce('krav ' || claim_id, to_char(month, 'YYYY-MM') || ' (' || coalesce(ydelse.participant_place(cpr), '?') || ')') AS key,
       net_oere::text AS expected, claimed_oere::text AS found
  FROM ydelse.claim_mismatch
UNION ALL
SELECT 'KRAV_AFVIGER', 'claim_part', 'krav ' || c.claim_id,
       CASE WHEN c.state = 'AFSLUTTET' THEN (-c.amount_oere)::text ELSE '0' END, concat_ws(', ', p.oere, p.parts, p.lines)
  FROM ydelse.claim c JOIN part p USING (claim_id)
 WHERE p.parts <> p.lines OR p.oere <> CASE WHEN c.state = 'AFSLUTTET' THEN -c.amount_oere ELSE 0 END
UNION ALL
SELECT 'KRAV_AENDRET', 'claim', 'krav ' || c.claim_id, encode(l.claim_digest, 'hex'), encode(ydelse.claim_row_digest(c), 'hex')
  FROM ydelse.claim c LEFT JOIN last l USING (claim_id)
 WHERE l.claim_digest IS DISTINCT FROM ydelse.claim_row_digest(c)
UNION ALL -- how much of a waiver was noted as used up
SELECT 'KRAV_AFVIGER', 'claim_event', 'krav ' || w.claim_id || ' frafald_brugt', w.used_oere::text, w.noted_oere::text
  FROM (SELECT DISTINCT month, cpr FROM ydelse.claim WHERE state = 'AFSLUTTET' AND outcome = 'frafald') k
 CROSS JOIN LATERAL ydelse.claim_waiver_of(k.month, k.cpr) w
 WHERE w.used_oere <> w.noted_oere
UNION ALL
SELECT 'SUM_AFVIGER', 'claim_event', key, encode(sha256(convert_to(digest_text, 'UTF8')), 'hex'), encode(digest, 'hex')
  FROM event WHERE digest <> sha256(convert_to(digest_text, 'UTF8'))
UNION ALL
SELECT 'BUNKE_HAENDELSE', 'claim_event', key, coalesce(state_before, ''), coalesce(old_state, '')
  FROM event WHERE old_state IS DISTINCT FROM state_before
UNION ALL
SELECT 'LINJE_TO_GANGE', 'claim_part', 'linje ' || p.line_id, '1', '2'
  FROM ydelse.claim_part p JOIN ydelse.payment_part t USING (line_id) JOIN ydelse.claim w USING (claim_id)
 WHERE t.active AND w.outcome <> 'frafald'
UNION ALL
SELECT 'RAEKKE_UKENDT', 'claim_part', 'linje ' || p.line_id, '', '' FROM ydelse.claim_part p
 WHERE NOT EXISTS (SELECT FROM ydelse.claim c WHERE c.claim_id = p.claim_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'claim_event', key, '', '' FROM event e
 WHERE NOT ydelse.is_erased('claim', e.claim_id) AND NOT EXISTS (SELECT FROM ydelse.claim c WHERE c.claim_id = e.claim_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM event)::text;
