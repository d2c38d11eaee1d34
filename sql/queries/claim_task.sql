-- Take a task for a worker: one that waits, or one whose worker is gone. No row where another has it or it has ended, or
-- where it is not to be begun again: work/lost_tasks.py ends those.
UPDATE work_task SET
    status = 'processing',
    token = token + 1,
    attempts = attempts + 1,
    lost = lost + (status = 'processing')::int,
    started_at = %(now)s::timestamptz,
    finished_at = NULL,
    overdue_at = statement_timestamp() + %(lease)s::interval
WHERE id = %(task)s::uuid AND (
    status = 'pending'
    OR (
        status = 'processing' AND overdue_at < statement_timestamp()
        AND cancel_requested_at IS NULL AND lost < %(lost_limit)s::int
    )
)
RETURNING token;
