-- One row per patient, UTC day and local day. Only what adds up, so any coarser window is a plain SUM, and a
-- local day is the sum of at most two rows. Excluded readings are out.
-- Disjoint bands in mg/dL, of which every consensus band is a sum: Battelino 2019, doi:10.2337/dci19-0028.
--   <54 | 54-62 | 63-69 | 70-140 | 141-180 | 181-250 | >250
-- n_ counts readings, m_ sums minutes; _w is weighted by minutes. The casts to int keep later sums in bigint.
CREATE MATERIALIZED VIEW reading_day
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT
    patient_id,
    time_bucket('1 day', time) AS bucket,
    ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date,
    count(*)::int AS readings,
    sum(cadence_minutes)::int AS minutes,
    sum(mg_dl)::int AS total,
    sum(mg_dl::int * mg_dl) AS total_sq,
    sum(cadence_minutes::int * mg_dl)::int AS total_w,
    sum(cadence_minutes::bigint * mg_dl * mg_dl) AS total_sq_w,
    min(mg_dl) AS lowest,
    max(mg_dl) AS highest,
    min(time) AS first_time,
    max(time) AS last_time,
    (count(*) FILTER (WHERE mg_dl < 54))::int AS n_lt54,
    (count(*) FILTER (WHERE mg_dl BETWEEN 54 AND 62))::int AS n_54_62,
    (count(*) FILTER (WHERE mg_dl BETWEEN 63 AND 69))::int AS n_63_69,
    (count(*) FILTER (WHERE mg_dl BETWEEN 70 AND 140))::int AS n_70_140,
    (count(*) FILTER (WHERE mg_dl BETWEEN 141 AND 180))::int AS n_141_180,
    (count(*) FILTER (WHERE mg_dl BETWEEN 181 AND 250))::int AS n_181_250,
    (count(*) FILTER (WHERE mg_dl > 250))::int AS n_gt250,
    (sum(cadence_minutes) FILTER (WHERE mg_dl < 54))::int AS m_lt54,
    (sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 54 AND 62))::int AS m_54_62,
    (sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 63 AND 69))::int AS m_63_69,
    (sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 70 AND 140))::int AS m_70_140,
    (sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 141 AND 180))::int AS m_141_180,
    (sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 181 AND 250))::int AS m_181_250,
    (sum(cadence_minutes) FILTER (WHERE mg_dl > 250))::int AS m_gt250
FROM reading
WHERE NOT excluded
GROUP BY patient_id, time_bucket('1 day', time), local_date
WITH NO DATA;
