-- The newest reading of each patient, one row each, upserted with the ingest: DISTINCT ON over the
-- hypertable would be thousands of times slower for a clinic. No foreign key: the ingest writes only for patients
-- that it found under its lock, and patients are never deleted, only marked.
CREATE TABLE latest_reading (
    patient_id uuid PRIMARY KEY,
    time timestamptz NOT NULL,
    mg_dl smallint NOT NULL,
    trend smallint,
    source smallint NOT NULL,
    out_of_range smallint NOT NULL,
    utc_offset_minutes smallint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX latest_reading_by_time ON latest_reading (time DESC);

-- What an ingest touched before the day it came in on: the continuous aggregate does not show it until a
-- refresh covers it, so answers over it come from raw readings until the row is gone.
CREATE TABLE late_range (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patient_id uuid NOT NULL,
    first_time timestamptz NOT NULL,
    last_time timestamptz NOT NULL
);
CREATE INDEX late_range_of_patient ON late_range (patient_id);
