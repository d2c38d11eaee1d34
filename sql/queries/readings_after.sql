-- A page of readings towards newer ones: the rows after a time, oldest first.
SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
FROM reading
WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s
ORDER BY time ASC
LIMIT %(limit)s;
