-- Patients whose data moved since they were looked at for alerts, for whom something is due by the clock, who are followed
-- no more while an alert of theirs is open, or whose rules were changed; another evaluator's are left to it. A rule's time
-- is of another machine: what it may be off is looked at twice; a look in the future was that of a clock that was ahead.
-- One whom looking at failed is left alone for a while, which no clock that was ahead makes longer.
SELECT
    s.patient_id, s.failures, p.data_version, p.clinic_id, p.timezone,
    p.status = 'active' AND p.deleted_at IS NULL AS followed, l.time
FROM analytics_alertstate AS s
INNER JOIN patients_patient AS p ON p.id = s.patient_id
LEFT JOIN latest_reading AS l ON l.patient_id = s.patient_id
WHERE
    s.patient_id > %(after)s::uuid AND s.patient_id <= %(last)s::uuid
    AND (s.retry_at IS NULL OR s.retry_at <= %(now)s::timestamptz OR s.retry_at > %(latest)s::timestamptz)
    AND (
        s.version <> p.data_version
        OR s.next_at <= %(now)s::timestamptz
        OR s.failures > 0
        OR s.evaluated_at > %(now)s::timestamptz + INTERVAL '1 minute'
        OR s.patient_id IN (
            SELECT a.patient_id FROM analytics_alert AS a WHERE a.closed_at IS NULL AND a.next_at <= %(now)s::timestamptz
        )
        OR (
            (p.status <> 'active' OR p.deleted_at IS NOT NULL)
            AND s.patient_id IN (SELECT a.patient_id FROM analytics_alert AS a WHERE a.closed_at IS NULL)
        )
        OR (
            s.evaluated_at < (SELECT coalesce(max(r.since), '-infinity') + INTERVAL '1 minute' FROM analytics_alertrule AS r)
            AND EXISTS (
                SELECT FROM analytics_alertrule AS r
                WHERE
                    r.clinic_id = p.clinic_id AND (r.patient_id IS NULL OR r.patient_id = p.id)
                    AND r.since > s.evaluated_at - INTERVAL '1 minute'
            )
        )
    )
ORDER BY s.patient_id
LIMIT %(limit)s::bigint
FOR UPDATE OF s SKIP LOCKED;
