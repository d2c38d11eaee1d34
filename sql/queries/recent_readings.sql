-- See sql/security/readings.sql.
SELECT
    patient_id,
    seconds,
    mg_dl
FROM secured.recent_readings(%(patients)s::uuid[], %(since)s::timestamptz);
