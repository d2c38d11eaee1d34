-- See sql/security/readings.sql.
SELECT
    patient_id,
    name,
    time,
    mg_dl,
    trend,
    source,
    out_of_range,
    utc_offset_minutes,
    excluded
FROM secured.readings_at(%(patients)s::uuid[], %(times)s::timestamptz[]);
