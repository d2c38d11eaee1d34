-- What the task was; no row where it is not the caller's. See sql/security/tasks.sql.
SELECT was FROM secured.cancel_task(%(task)s::uuid, %(now)s::timestamptz) AS was WHERE was IS NOT NULL;
