-- The newest reading of a patient, where there is any.
INSERT INTO latest_reading (patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes)
SELECT patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes
FROM reading
WHERE patient_id = %(patient)s::uuid
ORDER BY time DESC
LIMIT 1;
