-- As backend.sql, where a connection is another session with each transaction (PgBouncer): asked in each; and the
-- limit of statements, which no option of the connection can carry there.
SELECT
    pg_backend_pid(),
    extract(EPOCH FROM clock_timestamp())::float8,
    set_config('statement_timeout', coalesce(%(limit)s::text, current_setting('statement_timeout')), true);
