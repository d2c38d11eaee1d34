-- Of a patient whom the caller may read: sql/security/sequences.sql.
SELECT * FROM secured.reading_sequence(%(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz);
