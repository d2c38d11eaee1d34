-- What is stored of the patients around a batch, as arrays in the binary form of array_send.
SELECT
    array_send(array_agg(patient_id)) AS patients,
    array_send(array_agg(time)) AS times,
    array_send(array_agg(cadence_minutes)) AS cadences
FROM reading
WHERE patient_id = any(%(patients)s::uuid[]) AND time > %(after)s AND time < %(before)s;
