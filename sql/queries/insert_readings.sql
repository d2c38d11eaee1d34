-- See sql/security/ingest.sql.
SELECT secured.insert_readings(
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
);
