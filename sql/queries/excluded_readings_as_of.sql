-- Of a patient whom the caller may read: sql/security/as_of.sql.
SELECT * FROM secured.excluded_readings_as_of(
    %(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz, %(as_of)s::timestamptz
);
