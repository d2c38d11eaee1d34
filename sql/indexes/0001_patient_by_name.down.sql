DROP INDEX patient_by_name;
DROP EXTENSION IF EXISTS pg_trgm;
