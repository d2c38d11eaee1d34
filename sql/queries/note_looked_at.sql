-- Up to what each of the patients was looked at for alerts, and when the clock alone wants them looked at again.
UPDATE analytics_alertstate AS s
SET
    version = l.version, next_at = l.next_at, evaluated_at = %(now)s::timestamptz,
    failures = 0, failing_since = NULL, retry_at = NULL, error = ''
FROM unnest(%(patients)s::uuid[], %(versions)s::bigint[], %(nexts)s::timestamptz[]) AS l (patient_id, version, next_at)
WHERE s.patient_id = l.patient_id;
