-- Names are ciphertext from now on. pg_trgm stays: others may use it by now, and it costs nothing.
DROP INDEX patient_by_name;
