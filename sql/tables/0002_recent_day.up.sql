-- The daily aggregate's columns that the clinic's overview sums, of the UTC days that the aggregate does not hold yet: kept by
-- the ingest and by exclusions, because summing a clinic's raw readings of today takes longer than all the rest of the
-- overview. Of the columns of reading_day only those; never null. Days that are over are deleted by forget_recent_days.sql.
CREATE TABLE recent_day (
    patient_id uuid NOT NULL,
    bucket timestamptz NOT NULL,
    local_date date NOT NULL,
    readings int NOT NULL,
    minutes int NOT NULL,
    total_w int NOT NULL,
    total_sq_w bigint NOT NULL,
    n_lt54 int NOT NULL,
    n_54_62 int NOT NULL,
    n_63_69 int NOT NULL,
    n_70_140 int NOT NULL,
    n_141_180 int NOT NULL,
    n_181_250 int NOT NULL,
    n_gt250 int NOT NULL,
    m_lt54 int NOT NULL,
    m_54_62 int NOT NULL,
    m_63_69 int NOT NULL,
    m_70_140 int NOT NULL,
    m_141_180 int NOT NULL,
    m_181_250 int NOT NULL,
    m_gt250 int NOT NULL,
    PRIMARY KEY (patient_id, bucket, local_date)
) WITH (fillfactor = 50);
INSERT INTO recent_day
SELECT
    patient_id, bucket, local_date, readings, minutes, total_w, total_sq_w,
    n_lt54, n_54_62, n_63_69, n_70_140, n_141_180, n_181_250, n_gt250,
    coalesce(m_lt54, 0), coalesce(m_54_62, 0), coalesce(m_63_69, 0), coalesce(m_70_140, 0),
    coalesce(m_141_180, 0), coalesce(m_181_250, 0), coalesce(m_gt250, 0)
FROM reading_day
WHERE bucket >= date_trunc('day', now(), 'UTC');
