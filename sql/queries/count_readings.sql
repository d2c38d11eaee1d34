-- Of a patient whom the caller may read: sql/security/exclusions.sql.
SELECT secured.count_readings(%(patient)s::uuid, %(first)s::timestamptz[], %(after)s::timestamptz[]);
