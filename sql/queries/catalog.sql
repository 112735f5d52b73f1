-- What the migrations have made, object by object: catalogue, name, and how it is defined. Held against the same of a schema
-- made anew (io/proof/verify_catalog.c). Partitions and tables of attempts come and go with months and runs: verify_partitions.
WITH schema AS (SELECT n.oid, n.nspname, n.nspowner, n.nspacl FROM pg_namespace n WHERE n.nspname IN ('ydelse', 'ydelse_look', 'ydelse_verify')),
relation AS (
    SELECT c.*, s.nspname || '.' || c.relname AS name, s.nspowner
      FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
     WHERE NOT c.relispartition AND c.relname !~ '^(result_\d+|entitlement_\d{4}_\d\d)(_|$)'),
routine AS (SELECT p.*, p.oid::regprocedure::text AS name, s.nspowner FROM pg_proc p JOIN schema s ON s.oid = p.pronamespace),
granted AS (
    SELECT name, relowner AS owner, relacl AS acl, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS kind
      FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT name, proowner, proacl, 'f' FROM routine
    UNION ALL SELECT nspname, nspowner, nspacl, 'n' FROM schema
    UNION ALL SELECT r.name || '.' || a.attname, r.relowner, a.attacl, 'c'
                FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped)
SELECT catalogue, name, definition FROM (
SELECT 'pg_attribute' AS catalogue, r.name || '.' || a.attname AS name,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity, ''), nullif(a.attgenerated, ''),
                 'COLLATE ' || a.attcollation::regcollation) AS definition
  FROM relation r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
 WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT 'pg_class', name, concat_ws(' ', relkind, relpersistence, array_to_string(reloptions, ' '),
       CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
  FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'pg_index', r.name, pg_get_indexdef(r.oid) || CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' INVALID' END
  FROM relation r JOIN pg_index i ON i.indexrelid = r.oid WHERE i.indisunique
UNION ALL
SELECT 'pg_constraint', r.name || '.' || k.conname, pg_get_constraintdef(k.oid)
  FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid WHERE k.contype <> 't'
UNION ALL
SELECT 'pg_trigger', r.name || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
  FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
-- Those that stand behind foreign keys.
SELECT 'pg_trigger', r.name || '.' || k.conname, string_agg(t.tgenabled::text, '' ORDER BY t.tgtype, t.tgfoid)
  FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid JOIN pg_constraint k ON k.oid = t.tgconstraint
 WHERE t.tgisinternal GROUP BY r.name, k.conname
UNION ALL
SELECT 'pg_rewrite', r.name || '.' || w.rulename, pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text
  FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'pg_policy', r.name || '.' || p.polname,
       concat_ws(' ', p.polcmd, p.polpermissive, (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(o) END, ' ' ORDER BY o)
                                                    FROM unnest(p.polroles) o),
                 pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT 'pg_proc', name, CASE prokind WHEN 'a' THEN 'aggregate' ELSE pg_get_functiondef(oid) END FROM routine
UNION ALL
SELECT 'pg_type', t.oid::regtype::text, concat_ws(' ', t.typtype, pg_get_userbyid(t.typowner), format_type(t.typbasetype, t.typtypmod))
  FROM pg_type t JOIN schema s ON s.oid = t.typnamespace WHERE t.typtype IN ('d', 'e', 'r')
UNION ALL
-- The owner of everything is the owner of the schema ydelse.
SELECT 'owner', name, CASE WHEN owner = (SELECT s.nspowner FROM schema s WHERE s.nspname = 'ydelse') THEN 'the owner' ELSE pg_get_userbyid(owner) END
  FROM granted WHERE kind <> 'c'
UNION ALL
-- Who else may do something with it; the owner's own rights need no grant.
SELECT 'grant', g.name || ' ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' ' || a.privilege_type
                       || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ''
  FROM granted g CROSS JOIN LATERAL aclexplode(coalesce(g.acl, CASE WHEN g.kind = 'c' THEN '{}' ELSE acldefault(g.kind, g.owner) END)) a
 WHERE a.grantee <> g.owner
UNION ALL
SELECT 'grant', 'default ' || d.defaclobjtype::text || ' ' || pg_get_userbyid(d.defaclrole) || ' ' || coalesce(d.defaclacl::text, ''), ''
  FROM pg_default_acl d WHERE d.defaclnamespace IN (SELECT oid FROM schema)
) o
 ORDER BY catalogue COLLATE "C", name COLLATE "C", definition COLLATE "C";
