-- Of a patient whom the caller may read: sql/security/readings.sql.
SELECT * FROM secured.days_of_aggregate(%(patient)s::uuid, %(first)s::date, %(last)s::date);
