-- Patients whom nobody has looked at for alerts yet, from now on.
INSERT INTO analytics_alertstate (patient_id, version)
SELECT p.id, 0
FROM patients_patient AS p
WHERE p.deleted_at IS NULL AND NOT EXISTS (SELECT FROM analytics_alertstate AS s WHERE s.patient_id = p.id)
ON CONFLICT DO NOTHING;
