-- Of the patients whom the caller may read: sql/security/clinic.sql.
SELECT * FROM secured.clinic_periods(
    %(patients)s::uuid[], %(whole)s::uuid[], %(previous)s::date, %(first)s::date
);
