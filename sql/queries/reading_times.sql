-- Of a patient whom the caller may read: sql/security/gaps.sql.
SELECT times, cadences FROM secured.reading_times(%(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz);
