DROP TABLE late_range;
DROP TABLE latest_reading;
