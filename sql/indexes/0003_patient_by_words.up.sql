-- The hashes of the words of a name; see accounts/blind_index.py. In SQL, since Django's own index class needs
-- django.contrib.postgres, which asks each new connection for types that we do not use.
CREATE INDEX patient_by_words ON patients_patient USING gin (name_words) WHERE deleted_at IS NULL;
