-- Partitions of result and entitlement are as their tables; the group roles have no rights but those the migrations give.
WITH part AS (
    SELECT c.oid, c.relname, c.relowner, c.relacl, c.relrowsecurity, i.inhparent, p.relname AS parent, n.nspowner
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
      JOIN pg_namespace n ON n.oid = p.relnamespace
     WHERE n.nspname = 'ydelse' AND p.relkind = 'p' AND c.relkind IN ('r', 'p'))
SELECT 'KATALOG_MANGLER' AS code, 'pg_constraint' AS relation, t.relname || ': ' || k.conname AS key,
       pg_get_constraintdef(k.oid) AS expected, '' AS found
  FROM part t JOIN pg_constraint k ON k.conrelid = t.inhparent
 WHERE NOT EXISTS (SELECT FROM pg_constraint o
                    WHERE o.conrelid = t.oid AND o.contype = k.contype AND o.convalidated
                      AND (o.conparentid = k.oid OR (k.contype = 'c' AND o.conname = k.conname
                                                     AND pg_get_constraintdef(o.oid) = pg_get_constraintdef(k.oid))))
UNION ALL
SELECT 'KATALOG_AFVIGER', 'owner', t.relname, pg_get_userbyid(t.nspowner), pg_get_userbyid(t.relowner)
  FROM part t WHERE t.relowner <> t.nspowner
UNION ALL
SELECT 'KATALOG_NYT', 'grant', t.relname || ' ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
       || ' ' || a.privilege_type, '', ''
  FROM part t CROSS JOIN LATERAL aclexplode(t.relacl) a WHERE a.grantee <> t.relowner
UNION ALL
SELECT 'KATALOG_AFVIGER', 'pg_roles', r.rolname, '', concat_ws(' ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
       CASE WHEN r.rolcanlogin THEN 'LOGIN' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
       CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
       CASE WHEN r.rolreplication THEN 'REPLICATION' END)
  FROM pg_roles r
 WHERE r.rolname IN ('ydelse_batch', 'ydelse_finance', 'ydelse_auditor')
   AND (r.rolsuper OR r.rolcanlogin OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)
UNION ALL
SELECT 'KATALOG_NYT', 'grant', r.rolname || ' ' || pg_get_userbyid(m.roleid), '', ''
  FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
 WHERE r.rolname IN ('ydelse_batch', 'ydelse_finance', 'ydelse_auditor')
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM part)::text;
