-- Sealed runs that have not been posted or extracted yet.
SELECT run_id, kind FROM ydelse.control_missing()
