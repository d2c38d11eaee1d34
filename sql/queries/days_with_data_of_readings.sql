-- The same from raw readings, for short windows and for those with late readings.
SELECT count(DISTINCT ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date)
FROM reading
WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s AND NOT excluded;
