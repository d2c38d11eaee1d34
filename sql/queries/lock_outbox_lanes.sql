-- Until the transaction ends, nobody else puts an entry into the lanes, which are locked in the order that is given: see
-- put_many() in work/outbox.py.
SELECT count(*) FILTER (WHERE pg_advisory_xact_lock(hashtextextended('work.outbox ' || l.lane, 0)) IS NULL)
FROM unnest(%(lanes)s::text[]) AS l (lane);
