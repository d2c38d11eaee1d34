-- Take a period for a worker, which has it no longer than its actor may take. No row where another has it or it is over.
UPDATE work_scheduledrun SET
    started_at = %(now)s::timestamptz,
    overdue_at = statement_timestamp() + %(lease)s::interval
WHERE id = %(run)s::uuid AND outcome = '' AND (started_at IS NULL OR overdue_at <= statement_timestamp())
RETURNING id;
