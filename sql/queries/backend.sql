-- The server's process for this connection, which a signed identity is bound to, and its clock, by which it expires.
SELECT pg_backend_pid(), extract(EPOCH FROM clock_timestamp())::float8;
