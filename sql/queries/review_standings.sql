-- Of patients whom the clinic follows at present: since when, their own cadence, and their last review.
SELECT
    p.id,
    p.created_at,
    c.kind,
    c.days,
    r.id AS review_id,
    r.reviewed_on,
    r.next_on,
    r.next_by_cadence
FROM patients_patient AS p
LEFT JOIN patients_patientcadence AS c ON c.patient_id = p.id
LEFT JOIN LATERAL (
    SELECT
        last.id,
        last.reviewed_on,
        last.next_on,
        last.next_by_cadence
    FROM patients_review AS last
    WHERE last.patient_id = p.id
    ORDER BY last.id DESC
    LIMIT 1
) AS r ON true
WHERE p.id = ANY(%(patients)s::uuid[]) AND p.status = 'active' AND p.deleted_at IS NULL;
