-- Words anywhere in a name, in any case. In SQL, since Django's own operator class needs django.contrib.postgres,
-- which asks each new connection for types that we do not use.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX patient_by_name ON patients_patient USING gin (upper(name) gin_trgm_ops) WHERE deleted_at IS NULL;
