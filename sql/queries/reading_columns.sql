-- A window of one patient as arrays in the binary form of array_send, oldest first, without excluded readings.
SELECT array_send(array_agg(time)) AS times, array_send(array_agg(mg_dl)) AS values
FROM (
    SELECT time, mg_dl
    FROM reading
    WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s AND NOT excluded
    ORDER BY time
) AS ordered;
