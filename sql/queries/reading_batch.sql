-- Of a patient whom the caller may read: sql/security/readings.sql.
SELECT * FROM secured.reading_batch(%(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz, %(limit)s::int);
