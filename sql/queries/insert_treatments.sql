-- Of the same treatments twice, in the batch or before it, one is kept; how many are new. See sql/security/treatments.sql.
INSERT INTO glucose_treatment (
    patient_id, received_at, source,
    id, time, utc_offset_minutes, kind, amount, unit, duration_minutes, note
)
SELECT
    %(patient)s::uuid,
    %(received_at)s::timestamptz,
    %(source)s::smallint,
    t.*
FROM unnest(
    %(id)s::uuid[],
    %(time)s::timestamptz[],
    %(utc_offset_minutes)s::smallint[],
    %(kind)s::text[],
    %(amount)s::numeric[],
    %(unit)s::text[],
    %(duration_minutes)s::smallint[],
    %(note)s::text[]
) AS t
ON CONFLICT (patient_id, time, kind, amount, source) DO NOTHING;
