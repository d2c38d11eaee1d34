-- The oldest reading of the patients before an instant.
SELECT min(time) FROM reading WHERE patient_id = any(%(patients)s::uuid[]) AND time < %(before)s;
