-- See sql/security/gaps.sql.
SELECT patient_id, from_time, to_time
FROM secured.ledgers_touched(
    %(patients)s::uuid[], %(first)s::timestamptz[], %(last)s::timestamptz[], %(jumped)s::boolean[]
);
