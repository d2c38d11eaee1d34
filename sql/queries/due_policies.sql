-- Policies that are due by our own record; none where TimescaleDB's scheduler runs them itself. The columnstore's is
-- also due while a chunk waits for it: a history that was stored after its last run is compressed soon, not in an hour.
SELECT job.job_id
FROM timescaledb_information.jobs AS job
LEFT JOIN policy_run AS run ON job.job_id = run.job_id
WHERE
    job.scheduled
    AND job.hypertable_name IS NOT NULL
    AND (
        coalesce(run.ran_at + job.schedule_interval, '-infinity') <= %(now)s::timestamptz
        OR (
            job.proc_name = 'policy_compression'
            AND EXISTS (
                SELECT FROM timescaledb_information.chunks AS chunk
                WHERE
                    chunk.hypertable_name = job.hypertable_name
                    AND NOT chunk.is_compressed
                    AND chunk.range_end < %(now)s::timestamptz - INTERVAL '1 day'
            )
        )
    )
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type LIKE 'TimescaleDB Background Worker Scheduler%%'
    )
ORDER BY job.job_id;
