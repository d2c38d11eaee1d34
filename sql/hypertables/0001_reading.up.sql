-- Every reading of every patient: the canonical stream. (patient_id, time) is the key; time is to the second.
-- A reading carries the local offset it was taken at and the minutes it stands for.
-- mg_dl outside of what the sensor can measure is its limit, flagged by out_of_range (-1 LO, 0, 1 HI).
CREATE TABLE reading (
    patient_id uuid NOT NULL,
    time timestamptz NOT NULL,
    mg_dl smallint NOT NULL CHECK (mg_dl BETWEEN 20 AND 600),
    utc_offset_minutes smallint NOT NULL CHECK (utc_offset_minutes BETWEEN -1080 AND 1080),
    cadence_minutes smallint NOT NULL CHECK (cadence_minutes IN (1, 5, 15)),
    trend smallint CHECK (trend BETWEEN 1 AND 5),
    source smallint NOT NULL,
    sensor_id uuid,
    out_of_range smallint NOT NULL DEFAULT 0 CHECK (out_of_range BETWEEN -1 AND 1),
    excluded boolean NOT NULL DEFAULT false,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (patient_id, time)
);
SELECT create_hypertable('reading', by_range('time', INTERVAL '7 days'), create_default_indexes => false);
ALTER TABLE reading SET (
    timescaledb.enable_columnstore = true,
    timescaledb.segmentby = 'patient_id',
    timescaledb.orderby = 'time DESC'
);
