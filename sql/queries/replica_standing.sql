-- What a replica is: whether it still replays, how far it has come, and how long ago the newest commit that it knows
-- was made. Without commits that age grows; the scheduler's lease makes one every few seconds.
SELECT
    pg_is_in_recovery(),
    CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END,
    extract(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8;
