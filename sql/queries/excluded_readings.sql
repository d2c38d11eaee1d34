-- Of a patient whom the caller may read: sql/security/sequences.sql.
SELECT * FROM secured.excluded_readings(%(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz);
