-- A page of readings, newest first: the rows before a time.
SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
FROM reading
WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s
ORDER BY time DESC
LIMIT %(limit)s;
