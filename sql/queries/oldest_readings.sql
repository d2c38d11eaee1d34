-- The oldest reading of each of the patients before an instant, of those that have one.
SELECT patient_id, min(time) AS oldest
FROM reading
WHERE patient_id = any(%(patients)s::uuid[]) AND time < %(before)s
GROUP BY patient_id;
