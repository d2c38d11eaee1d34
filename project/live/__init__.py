"""The process that keeps streams open: one reader of Redis, one event loop, and few threads for the database."""
