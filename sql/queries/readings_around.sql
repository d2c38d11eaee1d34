-- The last reading up to the start of a window and the first from its end on; the newest where there is none later.
SELECT
    (SELECT time FROM reading WHERE patient_id = %(patient)s::uuid AND time <= %(start)s ORDER BY time DESC LIMIT 1),
    coalesce(
        (SELECT time FROM reading WHERE patient_id = %(patient)s::uuid AND time >= %(end)s ORDER BY time ASC LIMIT 1),
        (SELECT time FROM reading WHERE patient_id = %(patient)s::uuid ORDER BY time DESC LIMIT 1)
    );
