-- The lock and the neighbours were looked at before, so a conflict cannot happen; the key guards it all the same.
INSERT INTO reading (
    patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source, sensor_id, out_of_range,
    received_after_minutes
)
SELECT
    patient_id,
    time,
    mg_dl,
    utc_offset_minutes,
    cadence_minutes,
    nullif(trend, 0::smallint),
    source,
    nullif(sensor_id, '00000000-0000-0000-0000-000000000000'::uuid),
    out_of_range,
    received_after_minutes
FROM unnest(
    %(patient)s::uuid[],
    %(time)s::timestamptz[],
    %(mg_dl)s::smallint[],
    %(utc_offset_minutes)s::smallint[],
    %(cadence_minutes)s::smallint[],
    %(trend)s::smallint[],
    %(source)s::smallint[],
    %(sensor)s::uuid[],
    %(out_of_range)s::smallint[],
    %(received_after_minutes)s::integer[]
) AS sample (
    patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source, sensor_id, out_of_range,
    received_after_minutes
)
ON CONFLICT DO NOTHING;
