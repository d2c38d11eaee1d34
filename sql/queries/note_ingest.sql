-- What follows from stored readings, in their own transaction: the newest of each patient, the ranges that the
-- daily aggregate does not show yet, and a new data version.
WITH batch AS (
    SELECT *
    FROM unnest(
        %(patient)s::uuid[],
        %(time)s::timestamptz[],
        %(mg_dl)s::smallint[],
        %(trend)s::smallint[],
        %(source)s::smallint[],
        %(out_of_range)s::smallint[],
        %(utc_offset_minutes)s::smallint[]
    ) AS newest (patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes)
),

latest AS (
    INSERT INTO latest_reading AS stored (
        patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes
    )
    SELECT patient_id, time, mg_dl, nullif(trend, 0::smallint), source, out_of_range, utc_offset_minutes
    FROM batch
    ON CONFLICT (patient_id) DO UPDATE
        SET (time, mg_dl, trend, source, out_of_range, utc_offset_minutes) = (
            excluded.time, excluded.mg_dl, excluded.trend, excluded.source, excluded.out_of_range,
            excluded.utc_offset_minutes
        )
        WHERE stored.time < excluded.time
),

late AS (
    INSERT INTO late_range (patient_id, first_time, last_time)
    SELECT patient_id, first_time, last_time
    FROM unnest(
        %(late_patient)s::uuid[], %(late_first)s::timestamptz[], %(late_last)s::timestamptz[]
    ) AS run (patient_id, first_time, last_time)
)

UPDATE patients_patient AS patient
SET data_version = patient.data_version + 1
FROM batch
WHERE patient.id = batch.patient_id;
