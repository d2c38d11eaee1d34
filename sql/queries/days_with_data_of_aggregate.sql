-- Of a patient whom the caller may read: sql/security/readings.sql.
SELECT * FROM secured.days_with_data_of_aggregate(%(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz);
