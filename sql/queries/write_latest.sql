-- The newest reading of a patient, where there is any.
INSERT INTO latest_reading (patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes, excluded)
SELECT patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes, excluded
FROM reading
WHERE patient_id = %(patient)s::uuid
ORDER BY time DESC
LIMIT 1;
