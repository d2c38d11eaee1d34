-- What latest_reading should say of a patient.
SELECT time, mg_dl, trend, source, out_of_range, utc_offset_minutes, excluded
FROM reading
WHERE patient_id = %(patient)s::uuid
ORDER BY time DESC
LIMIT 1;
