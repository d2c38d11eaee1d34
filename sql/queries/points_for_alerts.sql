-- The readings of patients from a time on, oldest first, in arrays: seconds since 1970, and mg/dL.
SELECT patient_id, array_agg(extract(EPOCH FROM time)::bigint ORDER BY time), array_agg(mg_dl ORDER BY time)
FROM reading
WHERE patient_id = any(%(patients)s::uuid[]) AND time >= %(since)s::timestamptz AND NOT excluded
GROUP BY patient_id;
