-- The other sessions that hold a lock on one of the tables, with the tables. A session of another role shows no more
-- than this to the owner.
SELECT l.pid, coalesce(a.usename, 'nobody')::text, coalesce(a.application_name, ''), string_agg(DISTINCT c.relname, ', ')
FROM pg_locks AS l
INNER JOIN pg_class AS c ON l.relation = c.oid
LEFT JOIN pg_stat_activity AS a ON l.pid = a.pid
WHERE
    l.granted AND l.locktype = 'relation' AND l.pid <> pg_backend_pid()
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND c.relname = any(%(tables)s::text[])
GROUP BY l.pid, a.usename, a.application_name
ORDER BY l.pid;
