-- How far the log is written: no committed change is beyond it.
SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint;
