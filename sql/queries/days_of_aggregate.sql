-- Rows of the daily aggregate of one patient, by local day: a local day is the sum of at most two rows.
SELECT
    local_date,
    sum(readings)::bigint AS readings,
    sum(minutes)::bigint AS minutes,
    sum(total)::bigint AS total,
    sum(total_sq)::bigint AS total_sq,
    sum(total_w)::bigint AS total_w,
    sum(total_sq_w)::bigint AS total_sq_w,
    min(lowest) AS lowest,
    max(highest) AS highest,
    ARRAY[
        sum(n_lt54), sum(n_54_62), sum(n_63_69), sum(n_70_140), sum(n_141_180), sum(n_181_250), sum(n_gt250)
    ]::bigint[] AS band_readings,
    ARRAY[
        coalesce(sum(m_lt54), 0), coalesce(sum(m_54_62), 0), coalesce(sum(m_63_69), 0), coalesce(sum(m_70_140), 0),
        coalesce(sum(m_141_180), 0), coalesce(sum(m_181_250), 0), coalesce(sum(m_gt250), 0)
    ]::bigint[] AS band_minutes
FROM reading_day
WHERE
    patient_id = %(patient)s
    AND bucket >= %(first)s::date - INTERVAL '1 day'
    AND bucket < %(last)s::date + INTERVAL '2 days'
    AND local_date BETWEEN %(first)s AND %(last)s
GROUP BY local_date
ORDER BY local_date;
