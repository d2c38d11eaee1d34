-- The newest reading of a patient stays the newest one when it is excluded: it says when the sensor was last heard, and
-- is flagged.
ALTER TABLE latest_reading ADD COLUMN excluded boolean NOT NULL DEFAULT false;
UPDATE latest_reading AS l SET excluded = r.excluded
FROM reading AS r
WHERE r.patient_id = l.patient_id AND r.time = l.time AND r.excluded;
