-- That looking at a patient failed: by what, how often in a row, and until when they are left alone, twice as long each time.
UPDATE analytics_alertstate
SET
    failures = least(failures + 1, 1000),
    failing_since = coalesce(failing_since, %(now)s::timestamptz),
    retry_at = %(now)s::timestamptz + least(%(first)s::interval * (2 ^ least(failures, 20)), %(longest)s::interval),
    error = %(error)s
WHERE patient_id = %(patient)s::uuid
RETURNING failures, retry_at;
