-- Of the patients whom the caller may read: sql/security/clinic.sql.
SELECT * FROM secured.clinic_minutes_above(%(patients)s::uuid[], %(first)s::date, %(above)s::smallint);
