-- Triggers that are disabled, and tables made by a pattern that lack theirs.
WITH made (prefix, trigger_name) AS (
    VALUES ('fact_', 'append_only'), ('waiting_', 'append_only'), ('result_[0-9]+(_[0-9]+)?', 'sealed'),
           ('entitlement_[0-9]{4}_[0-9]{2}', 'append_only'), ('entitlement_[0-9]{4}_[0-9]{2}', 'closed'),
           ('result', 'sealed'), ('entitlement', 'append_only'), ('entitlement', 'closed'))
SELECT 'TRIGGER_SLAAET_FRA', c.relname, t.tgname, '', t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'ydelse'::regnamespace AND t.tgenabled NOT IN ('O', 'A')
UNION ALL
SELECT 'TRIGGER_MANGLER', c.relname, m.trigger_name, '', ''
  FROM pg_class c
  JOIN made m ON c.relname ~ ('^' || m.prefix || CASE WHEN m.prefix ~ '_$' THEN '' ELSE '$' END)
 WHERE c.relnamespace = 'ydelse'::regnamespace AND c.relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = m.trigger_name);
