-- Policies that are due by our own record; none where TimescaleDB's scheduler runs them itself.
SELECT job.job_id
FROM timescaledb_information.jobs AS job
LEFT JOIN policy_run AS run ON run.job_id = job.job_id
WHERE
    job.scheduled
    AND job.hypertable_name IS NOT NULL
    AND coalesce(run.ran_at + job.schedule_interval, '-infinity') <= %(now)s::timestamptz
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type LIKE 'TimescaleDB Background Worker Scheduler%%'
    )
ORDER BY job.job_id;
