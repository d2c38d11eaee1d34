-- What the metrics that depend on order, the profile by time of day and the episodes are computed from. Who may read it:
-- as in readings.sql.

-- How many readings of a window are excluded, and how many minutes they stand for.
CREATE FUNCTION secured.excluded_readings(wanted uuid, from_time timestamptz, to_time timestamptz)
RETURNS TABLE (readings bigint, minutes bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT nullif(count(*), 0), sum(r.cadence_minutes)
        FROM public.reading AS r
        WHERE r.patient_id = wanted AND r.time >= from_time AND r.time < to_time AND r.excluded;
END
$$;

-- A window of one patient as arrays in the binary form of array_send, oldest first, without excluded readings: when each
-- reading was taken, its value, the minutes that it stands for, and its local offset.
CREATE FUNCTION secured.reading_sequence(wanted uuid, from_time timestamptz, to_time timestamptz)
RETURNS TABLE (
    times bytea, "values" bytea, cadences bytea, offsets bytea
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT
            array_send(array_agg(time)) AS times,
            array_send(array_agg(mg_dl)) AS values,
            array_send(array_agg(cadence_minutes)) AS cadences,
            array_send(array_agg(utc_offset_minutes)) AS offsets
        FROM (
            SELECT time, mg_dl, cadence_minutes, utc_offset_minutes
            FROM public.reading
            WHERE patient_id = wanted AND time >= from_time AND time < to_time AND NOT excluded
            ORDER BY time
        ) AS ordered;
END
$$;
