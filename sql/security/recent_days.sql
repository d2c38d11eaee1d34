-- What recent_day holds (sql/tables/0002_recent_day.up.sql): the sums of UTC days that are not over yet, by the database's
-- clock, of readings that are not excluded. Who calls these has checked who asks, and holds the patients' locks.

GRANT DELETE ON recent_day TO saude_worker;
ALTER TABLE recent_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE recent_day FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON recent_day TO CURRENT_USER, saude_worker USING (true);

-- Adds new readings; those of days that are over count for nothing here.
CREATE FUNCTION secured.add_to_recent_days(
    patient uuid[], "time" timestamptz[], mg_dl smallint[], utc_offset_minutes smallint[], cadence_minutes smallint[]
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    today timestamptz := date_trunc('day', now(), 'UTC');
BEGIN
    IF NOT today <= ANY ("time") THEN
        RETURN;
    END IF;
    INSERT INTO public.recent_day AS kept (
        patient_id, bucket, local_date, readings, minutes, total_w, total_sq_w,
        n_lt54, n_54_62, n_63_69, n_70_140, n_141_180, n_181_250, n_gt250,
        m_lt54, m_54_62, m_63_69, m_70_140, m_141_180, m_181_250, m_gt250
    )
    SELECT
        patient_id, bucket, local_date, count(*), sum(minutes), sum(minutes * mg_dl), sum(minutes::bigint * mg_dl * mg_dl),
        count(*) FILTER (WHERE mg_dl < 54), count(*) FILTER (WHERE mg_dl BETWEEN 54 AND 62),
        count(*) FILTER (WHERE mg_dl BETWEEN 63 AND 69), count(*) FILTER (WHERE mg_dl BETWEEN 70 AND 140),
        count(*) FILTER (WHERE mg_dl BETWEEN 141 AND 180), count(*) FILTER (WHERE mg_dl BETWEEN 181 AND 250),
        count(*) FILTER (WHERE mg_dl > 250),
        coalesce(sum(minutes) FILTER (WHERE mg_dl < 54), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl BETWEEN 54 AND 62), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl BETWEEN 63 AND 69), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl BETWEEN 70 AND 140), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl BETWEEN 141 AND 180), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl BETWEEN 181 AND 250), 0),
        coalesce(sum(minutes) FILTER (WHERE mg_dl > 250), 0)
    FROM (
        SELECT
            s.patient_id, s.mg_dl, s.minutes::int, date_trunc('day', s.time, 'UTC') AS bucket,
            ((s.time AT TIME ZONE 'UTC') + s.utc_offset_minutes * INTERVAL '1 minute')::date AS local_date
        FROM unnest($1, $2, $3, $4, $5) AS s (patient_id, time, mg_dl, utc_offset_minutes, minutes)
        LEFT JOIN secured.excluded_ranges($1) AS e ON e.patient_id = s.patient_id
        WHERE s.time >= today AND NOT coalesce(e.ranges @> s.time, false)
    ) AS new_reading
    GROUP BY patient_id, bucket, local_date
    ON CONFLICT (patient_id, bucket, local_date) DO UPDATE
        SET
                readings = kept.readings + excluded.readings,
                minutes = kept.minutes + excluded.minutes,
                total_w = kept.total_w + excluded.total_w,
                total_sq_w = kept.total_sq_w + excluded.total_sq_w,
                n_lt54 = kept.n_lt54 + excluded.n_lt54,
                n_54_62 = kept.n_54_62 + excluded.n_54_62,
                n_63_69 = kept.n_63_69 + excluded.n_63_69,
                n_70_140 = kept.n_70_140 + excluded.n_70_140,
                n_141_180 = kept.n_141_180 + excluded.n_141_180,
                n_181_250 = kept.n_181_250 + excluded.n_181_250,
                n_gt250 = kept.n_gt250 + excluded.n_gt250,
                m_lt54 = kept.m_lt54 + excluded.m_lt54,
                m_54_62 = kept.m_54_62 + excluded.m_54_62,
                m_63_69 = kept.m_63_69 + excluded.m_63_69,
                m_70_140 = kept.m_70_140 + excluded.m_70_140,
                m_141_180 = kept.m_141_180 + excluded.m_141_180,
                m_181_250 = kept.m_181_250 + excluded.m_181_250,
                m_gt250 = kept.m_gt250 + excluded.m_gt250;
END
$$;

-- Sums a patient's days anew from the readings; whether it changed anything.
CREATE FUNCTION secured.sum_recent_days(wanted uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    today timestamptz := date_trunc('day', now(), 'UTC');
    before jsonb;
    after jsonb;
BEGIN
    PERFORM secured.require_writable(ARRAY[wanted]);
    SELECT jsonb_agg(to_jsonb(r) ORDER BY r.bucket, r.local_date) INTO before
    FROM public.recent_day AS r WHERE r.patient_id = wanted AND r.bucket >= today;
    DELETE FROM public.recent_day AS r WHERE r.patient_id = wanted;
    -- The aggregate counts raw readings where it holds no day yet.
    INSERT INTO public.recent_day
    SELECT
        d.patient_id, d.bucket, d.local_date, d.readings, d.minutes, d.total_w, d.total_sq_w,
        d.n_lt54, d.n_54_62, d.n_63_69, d.n_70_140, d.n_141_180, d.n_181_250, d.n_gt250,
        coalesce(d.m_lt54, 0), coalesce(d.m_54_62, 0), coalesce(d.m_63_69, 0), coalesce(d.m_70_140, 0),
        coalesce(d.m_141_180, 0), coalesce(d.m_181_250, 0), coalesce(d.m_gt250, 0)
    FROM public.reading_day AS d
    WHERE d.patient_id = wanted AND d.bucket >= today;
    SELECT jsonb_agg(to_jsonb(r) ORDER BY r.bucket, r.local_date) INTO after
    FROM public.recent_day AS r WHERE r.patient_id = wanted;
    RETURN before IS DISTINCT FROM after;
END
$$;
