-- What a clinic does not keep any more. The segments of the columnstore are by patient, so the ids come as a list.
DELETE FROM reading
WHERE patient_id = any(%(patients)s::uuid[]) AND time < %(before)s;
