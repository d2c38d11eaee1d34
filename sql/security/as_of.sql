-- Statistics as they were known at an instant: from the readings that had been received, without those that were excluded
-- then. Stored readings are never changed, so nothing else is to be known. Functions of their own: what is asked of now
-- has the flag and need not look at when a reading came. Who may read them: as in readings.sql.

-- What of a patient's time was excluded at an instant; empty where nothing was.
CREATE FUNCTION secured.excluded_as_of(wanted uuid, at timestamptz) RETURNS tstzmultirange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(range_agg(tstzrange(e.start, e.end)), '{}')
    FROM public.glucose_exclusion AS e
    WHERE e.patient_id = wanted AND e.created_at <= at AND (e.undone_at IS NULL OR e.undone_at > at)
$$;

-- As secured.reading_sequence.
CREATE FUNCTION secured.reading_sequence_as_of(
    wanted uuid, from_time timestamptz, to_time timestamptz, at timestamptz
) RETURNS TABLE (times bytea, "values" bytea, cadences bytea, offsets bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    out tstzmultirange;
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    out := secured.excluded_as_of(wanted, at);
    RETURN QUERY
        SELECT
            array_send(array_agg(time)) AS times,
            array_send(array_agg(mg_dl)) AS values,
            array_send(array_agg(cadence_minutes)) AS cadences,
            array_send(array_agg(utc_offset_minutes)) AS offsets
        FROM (
            SELECT time, mg_dl, cadence_minutes, utc_offset_minutes
            FROM public.reading
            WHERE
                patient_id = wanted AND time >= from_time AND time < to_time
                AND time + received_after_minutes * INTERVAL '1 minute' <= at
                AND NOT out @> time
            ORDER BY time
        ) AS ordered;
END
$$;

-- As secured.excluded_readings.
CREATE FUNCTION secured.excluded_readings_as_of(
    wanted uuid, from_time timestamptz, to_time timestamptz, at timestamptz
) RETURNS TABLE (readings bigint, minutes bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    out tstzmultirange;
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    out := secured.excluded_as_of(wanted, at);
    RETURN QUERY
        SELECT nullif(count(*), 0), sum(r.cadence_minutes)
        FROM public.reading AS r
        WHERE
            r.patient_id = wanted AND r.time >= from_time AND r.time < to_time
            AND r.time + r.received_after_minutes * INTERVAL '1 minute' <= at
            AND out @> r.time;
END
$$;
