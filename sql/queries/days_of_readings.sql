-- The same rows as days_of_aggregate.sql, from raw readings: for windows that hold late readings which the
-- aggregate does not show yet.
SELECT
    ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date,
    count(*)::bigint AS readings,
    sum(cadence_minutes)::bigint AS minutes,
    sum(mg_dl)::bigint AS total,
    sum(mg_dl::int * mg_dl)::bigint AS total_sq,
    sum(cadence_minutes::int * mg_dl)::bigint AS total_w,
    sum(cadence_minutes::bigint * mg_dl * mg_dl)::bigint AS total_sq_w,
    min(mg_dl) AS lowest,
    max(mg_dl) AS highest,
    ARRAY[
        count(*) FILTER (WHERE mg_dl < 54),
        count(*) FILTER (WHERE mg_dl BETWEEN 54 AND 62),
        count(*) FILTER (WHERE mg_dl BETWEEN 63 AND 69),
        count(*) FILTER (WHERE mg_dl BETWEEN 70 AND 140),
        count(*) FILTER (WHERE mg_dl BETWEEN 141 AND 180),
        count(*) FILTER (WHERE mg_dl BETWEEN 181 AND 250),
        count(*) FILTER (WHERE mg_dl > 250)
    ] AS band_readings,
    ARRAY[
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl < 54), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 54 AND 62), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 63 AND 69), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 70 AND 140), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 141 AND 180), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 181 AND 250), 0),
        coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl > 250), 0)
    ]::bigint[] AS band_minutes
FROM reading
WHERE
    patient_id = %(patient)s
    AND time >= %(first)s::date - INTERVAL '1 day'
    AND time < %(last)s::date + INTERVAL '2 days'
    AND NOT excluded
    AND ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date BETWEEN %(first)s AND %(last)s
GROUP BY local_date
ORDER BY local_date;
