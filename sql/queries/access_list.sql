-- Who looked: psql -v cpr=... -v first=2024-01-01 -v last=2024-02-01 -v user=... (NULL: any; last: the first day after)
SELECT to_char(happened_at, 'YYYY-MM-DD HH24:MI:SS'), by_user, role, command, scope, cpr, to_char(month, 'YYYY-MM'), detail,
       kommunekoder
  FROM ydelse.access_list(:'cpr'::text, :'first'::date, :'last'::date, :'user'::text);
