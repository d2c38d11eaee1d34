-- See sql/security/ingest.sql.
SELECT secured.note_ingest(
    %(patient)s::uuid[],
    %(time)s::timestamptz[],
    %(mg_dl)s::smallint[],
    %(trend)s::smallint[],
    %(source)s::smallint[],
    %(out_of_range)s::smallint[],
    %(utc_offset_minutes)s::smallint[],
    %(late_patient)s::uuid[],
    %(late_first)s::timestamptz[],
    %(late_last)s::timestamptz[]
);
