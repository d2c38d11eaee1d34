-- Readings and their aggregate: no role but the owner and the worker has a grant on them. Each function checks who asks;
-- whoever may not read gets what a patient without readings gets. plpgsql with a custom plan: a generic one keeps every
-- chunk, and loses the vectorised aggregation.

-- Rows of the daily aggregate of one patient, by local day: a local day is the sum of at most two rows.
CREATE FUNCTION secured.days_of_aggregate(wanted uuid, first_day date, last_day date)
RETURNS TABLE (
    local_date date, readings bigint, minutes bigint, total bigint, total_sq bigint, total_w bigint, total_sq_w bigint,
    lowest smallint, highest smallint, band_readings bigint[], band_minutes bigint[]
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
            local_date,
            sum(readings)::bigint AS readings,
            sum(minutes)::bigint AS minutes,
            sum(total)::bigint AS total,
            sum(total_sq)::bigint AS total_sq,
            sum(total_w)::bigint AS total_w,
            sum(total_sq_w)::bigint AS total_sq_w,
            min(lowest) AS lowest,
            max(highest) AS highest,
            ARRAY[
                sum(n_lt54), sum(n_54_62), sum(n_63_69), sum(n_70_140), sum(n_141_180), sum(n_181_250), sum(n_gt250)
            ]::bigint[] AS band_readings,
            ARRAY[
                coalesce(sum(m_lt54), 0), coalesce(sum(m_54_62), 0), coalesce(sum(m_63_69), 0), coalesce(sum(m_70_140), 0),
                coalesce(sum(m_141_180), 0), coalesce(sum(m_181_250), 0), coalesce(sum(m_gt250), 0)
            ]::bigint[] AS band_minutes
        FROM public.reading_day
        WHERE
            patient_id = wanted
            AND bucket >= first_day - INTERVAL '1 day'
            AND bucket < last_day + INTERVAL '2 days'
            AND local_date BETWEEN first_day AND last_day
        GROUP BY local_date
        ORDER BY local_date;
END
$$;

-- The same rows as days_of_aggregate.sql, from raw readings: for windows that hold late readings which the
-- aggregate does not show yet.
CREATE FUNCTION secured.days_of_readings(wanted uuid, first_day date, last_day date)
RETURNS TABLE (
    local_date date, readings bigint, minutes bigint, total bigint, total_sq bigint, total_w bigint, total_sq_w bigint,
    lowest smallint, highest smallint, band_readings bigint[], band_minutes bigint[]
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
            ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date,
            count(*)::bigint AS readings,
            sum(cadence_minutes)::bigint AS minutes,
            sum(mg_dl)::bigint AS total,
            sum(mg_dl::int * mg_dl)::bigint AS total_sq,
            sum(cadence_minutes::int * mg_dl)::bigint AS total_w,
            sum(cadence_minutes::bigint * mg_dl * mg_dl)::bigint AS total_sq_w,
            min(mg_dl) AS lowest,
            max(mg_dl) AS highest,
            ARRAY[
                count(*) FILTER (WHERE mg_dl < 54),
                count(*) FILTER (WHERE mg_dl BETWEEN 54 AND 62),
                count(*) FILTER (WHERE mg_dl BETWEEN 63 AND 69),
                count(*) FILTER (WHERE mg_dl BETWEEN 70 AND 140),
                count(*) FILTER (WHERE mg_dl BETWEEN 141 AND 180),
                count(*) FILTER (WHERE mg_dl BETWEEN 181 AND 250),
                count(*) FILTER (WHERE mg_dl > 250)
            ] AS band_readings,
            ARRAY[
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl < 54), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 54 AND 62), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 63 AND 69), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 70 AND 140), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 141 AND 180), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl BETWEEN 181 AND 250), 0),
                coalesce(sum(cadence_minutes) FILTER (WHERE mg_dl > 250), 0)
            ]::bigint[] AS band_minutes
        FROM public.reading
        WHERE
            patient_id = wanted
            AND time >= first_day - INTERVAL '1 day'
            AND time < last_day + INTERVAL '2 days'
            AND NOT excluded
            AND ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date BETWEEN first_day AND last_day
        GROUP BY local_date
        ORDER BY local_date;
END
$$;

-- A batch of a stream: the first rows of one patient from a time on, as arrays in the binary form of array_send,
-- oldest first. A trend of 0 is none.
CREATE FUNCTION secured.reading_batch(wanted uuid, from_time timestamptz, to_time timestamptz, most int)
RETURNS TABLE (
    times bytea, "values" bytea, trends bytea, sources bytea, offsets bytea, excluded bytea, out_of_range bytea
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
            array_send(array_agg(coalesce(trend, 0::smallint))) AS trends,
            array_send(array_agg(source)) AS sources,
            array_send(array_agg(utc_offset_minutes)) AS offsets,
            array_send(array_agg(excluded::int::smallint)) AS excluded,
            array_send(array_agg(out_of_range)) AS out_of_range
        FROM (
            SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
            FROM public.reading
            WHERE patient_id = wanted AND time >= from_time AND time < to_time
            ORDER BY time
            LIMIT most
        ) AS ordered;
END
$$;

-- A window of one patient as arrays in the binary form of array_send, oldest first, without excluded readings.
CREATE FUNCTION secured.reading_columns(wanted uuid, from_time timestamptz, to_time timestamptz)
RETURNS TABLE (
    times bytea, "values" bytea
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT array_send(array_agg(time)) AS times, array_send(array_agg(mg_dl)) AS values
        FROM (
            SELECT time, mg_dl
            FROM public.reading
            WHERE patient_id = wanted AND time >= from_time AND time < to_time AND NOT excluded
            ORDER BY time
        ) AS ordered;
END
$$;

-- A page of readings towards newer ones: the rows after a time, oldest first.
CREATE FUNCTION secured.readings_after(wanted uuid, from_time timestamptz, to_time timestamptz, most int)
RETURNS TABLE (
    "time" timestamptz, mg_dl smallint, trend smallint, source smallint, utc_offset_minutes smallint, excluded boolean,
    out_of_range smallint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
        FROM public.reading
        WHERE patient_id = wanted AND time >= from_time AND time < to_time
        ORDER BY time ASC
        LIMIT most;
END
$$;

-- A page of readings, newest first: the rows before a time.
CREATE FUNCTION secured.readings_before(wanted uuid, from_time timestamptz, to_time timestamptz, most int)
RETURNS TABLE (
    "time" timestamptz, mg_dl smallint, trend smallint, source smallint, utc_offset_minutes smallint, excluded boolean,
    out_of_range smallint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
        FROM public.reading
        WHERE patient_id = wanted AND time >= from_time AND time < to_time
        ORDER BY time DESC
        LIMIT most;
END
$$;

-- Single readings, each by its patient and time, with the patient's name: what was announced and is still there.
CREATE FUNCTION secured.readings_at(wanted uuid[], times timestamptz[])
RETURNS TABLE (
    patient_id uuid, name text, "time" timestamptz, mg_dl smallint, trend smallint, source smallint,
    out_of_range smallint, utc_offset_minutes smallint, excluded boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    first_time timestamptz := (SELECT min(at) FROM unnest(times) AS at);
    last_time timestamptz := (SELECT max(at) FROM unnest(times) AS at);
    readable uuid[] := ARRAY(SELECT secured.readable(wanted));
BEGIN
    RETURN QUERY
        SELECT
            r.patient_id, p.name::text, r.time, r.mg_dl, r.trend, r.source, r.out_of_range, r.utc_offset_minutes,
            r.excluded
        FROM unnest(wanted, times) AS w (patient_id, time)
        JOIN public.reading AS r ON r.patient_id = w.patient_id AND r.time = w.time
        JOIN public.patients_patient AS p ON p.id = r.patient_id
        WHERE
            r.patient_id = ANY (readable)
            AND r.time >= first_time
            AND r.time <= last_time;
END
$$;

-- Of each of the patients the readings of the last hours, oldest first, in arrays: seconds since 1970, and mg/dL.
CREATE FUNCTION secured.recent_readings(wanted uuid[], since timestamptz)
RETURNS TABLE (
    patient_id uuid, seconds bigint[], mg_dl smallint[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    readable uuid[] := ARRAY(SELECT secured.readable(wanted));
BEGIN
    RETURN QUERY
        SELECT
            r.patient_id, array_agg(extract(EPOCH FROM r.time)::bigint ORDER BY r.time), array_agg(r.mg_dl ORDER BY r.time)
        FROM public.reading AS r
        WHERE r.patient_id = ANY (readable) AND r.time >= since AND NOT r.excluded
        GROUP BY r.patient_id;
END
$$;
