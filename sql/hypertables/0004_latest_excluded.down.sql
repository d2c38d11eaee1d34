ALTER TABLE latest_reading DROP COLUMN excluded;
