-- Takes the right to deliver one entry until a time: the first of its lane that waits, due, and nobody's. A claim or a
-- pause that ends later than any is made was made by a clock that was ahead, and counts as over.
UPDATE work_outboxentry AS taken
SET
    token = taken.token + 1,
    attempts = taken.attempts + 1,
    claimed_until = %(until)s
FROM (
    SELECT e.id
    FROM work_outboxentry AS e
    WHERE
        e.state = 'waiting'
        AND (e.next_attempt_at <= %(now)s OR e.next_attempt_at > %(latest)s)
        AND (e.claimed_until IS NULL OR e.claimed_until <= %(now)s OR e.claimed_until > %(latest)s)
        AND NOT EXISTS (
            SELECT FROM work_outboxentry AS earlier
            WHERE earlier.lane = e.lane AND earlier.state = 'waiting' AND earlier.id < e.id
        )
    ORDER BY e.next_attempt_at, e.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) AS due
WHERE taken.id = due.id
RETURNING
    taken.id, taken.token, taken.kind, taken.key, taken.lane, taken.payload, taken.attempts, taken.put_at,
    taken.waiting_since;
