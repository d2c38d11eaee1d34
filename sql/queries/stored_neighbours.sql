-- See sql/security/ingest.sql.
SELECT patients, times, cadences
FROM secured.stored_neighbours(%(patients)s::uuid[], %(after)s::timestamptz, %(before)s::timestamptz);
