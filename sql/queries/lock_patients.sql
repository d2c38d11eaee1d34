-- One writer a patient, until the transaction ends. The locks are taken in the order of their keys, so that two
-- batches cannot wait for each other, and in a statement of their own, so that the next one sees what the writer
-- before us committed. Returns the patients that exist.
SELECT patient.id
FROM patients_patient AS patient,
    (
        SELECT count(pg_advisory_xact_lock(held.key)) AS taken
        FROM (
            SELECT DISTINCT hashtextextended(id::text, 0) AS key
            FROM unnest(%(patients)s::uuid[]) AS id
            ORDER BY key
        ) AS held
    ) AS locks
WHERE patient.id = any(%(patients)s::uuid[]) AND patient.deleted_at IS NULL AND locks.taken >= 0;
