-- As what the session's user works: the roles, and the municipalities it is bound to.
SELECT session_user, has_function_privilege('ydelse.status()', 'EXECUTE'),
       has_function_privilege('ydelse.batch_approve(integer,text)', 'EXECUTE'),
       coalesce(array_to_string(ydelse.bound_municipalities(), ', '), '');
