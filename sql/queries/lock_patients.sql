-- One writer at a time for each patient: see sql/security/ingest.sql. The patients that the caller may write.
SELECT secured.lock_patients(%(patients)s::uuid[]);
