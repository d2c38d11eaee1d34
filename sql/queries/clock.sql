-- The database's own clock, by which the daily aggregate calls a day over.
SELECT clock_timestamp();
