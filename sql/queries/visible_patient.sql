-- One patient, if the caller may see them: the rule of patients.selectors.visible_patients for a single id.
-- A test compares the two for every role.
SELECT
    patient.id,
    patient.clinic_id,
    patient.user_id,
    patient.name,
    patient.name_words,
    patient.external_ref,
    patient.external_ref_hash,
    patient.birth_date,
    patient.email,
    patient.sex,
    patient.diabetes_type,
    patient.timezone,
    patient.unit,
    patient.target_set,
    patient.status,
    patient.data_version,
    patient.created_at,
    patient.updated_at,
    patient.deleted_at
FROM secured.patient(%(patient)s) AS patient
WHERE
    patient.id = %(patient)s
    AND patient.clinic_id = %(clinic)s
    AND patient.deleted_at IS NULL
    AND (
        %(sees_all)s
        OR patient.user_id = %(own_record_of)s::uuid
        OR secured.cares(%(cares)s::uuid, patient.id)
    );
