-- Whether this transaction is the only one now that works on the key: true with the lock, false at once without it.
SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, 7));
