-- Until the transaction ends, nobody else puts an entry into the lane: see put() in work/outbox.py.
SELECT pg_advisory_xact_lock(hashtextextended('work.outbox ' || %(lane)s::text, 0)) IS NULL;
