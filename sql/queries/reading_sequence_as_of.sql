-- Of a patient whom the caller may read: sql/security/as_of.sql.
SELECT * FROM secured.reading_sequence_as_of(
    %(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz, %(as_of)s::timestamptz
);
