-- Columnstore: chunks of more than a day ago, looked for hourly.
CALL add_columnstore_policy('reading', after => INTERVAL '1 day', schedule_interval => INTERVAL '1 hour');
-- Refresh: the last days. It must end in the past: a refresh that ends after now would move the watermark past
-- today, and today's later readings would stay invisible. A window ends at its last whole bucket, so an hour
-- ago means the start of today (UTC) at the latest. Older readings are refreshed by late_range.
SELECT add_continuous_aggregate_policy(
    'reading_day',
    start_offset => INTERVAL '3 days',
    end_offset => INTERVAL '1 hour',
    schedule_interval => INTERVAL '1 hour'
);
-- CALL run_job() leaves no trace in TimescaleDB's own statistics. Where no background worker runs the policies,
-- our scheduler does, and keeps here when it did.
CREATE TABLE policy_run (
    job_id int PRIMARY KEY,
    ran_at timestamptz NOT NULL
);
