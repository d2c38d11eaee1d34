-- How many local days have a reading in a window that is longer than a day. A row of the aggregate is one UTC
-- day's part of a local day; it counts if one of its readings is inside, which its first and last time tell,
-- because no row can begin before the window and end after it.
SELECT count(DISTINCT local_date)
FROM reading_day
WHERE
    patient_id = %(patient)s
    AND bucket > %(start)s::timestamptz - INTERVAL '1 day'
    AND bucket < %(end)s
    AND first_time < %(end)s
    AND last_time >= %(start)s;
