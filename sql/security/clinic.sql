-- What the overview of a clinic is computed from: all the patients who are asked for and may be read, in one statement.

-- What adds up over two periods of local days, as in readings.sql: the current one from first_day on, and as many days just
-- before it as lie before first_day from previous_day on. UTC days that are over come from the aggregate, today from
-- recent_day, by the same clock that fills it. Raw come the UTC days that hold late readings which the aggregate does not show
-- yet, and all of the patients of `whole`. Of raw readings all that is told is 16384 where they are of the current period
-- + 1024 * cadence + value, in arrays that follow each other.
-- Everything in the binary form of array_send.
CREATE FUNCTION secured.clinic_periods(
    wanted uuid[], whole uuid[], previous_day date, first_day date
)
RETURNS TABLE (
    patients bytea, current bytea, sums bytea [], raw_patients bytea, raw_counts bytea, raw_values bytea
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
-- Workers take longer to start and to merge than they save.
SET max_parallel_workers_per_gather = 0 AS $$
#variable_conflict use_column
DECLARE
    seen uuid[] := ARRAY(SELECT secured.readable(wanted));
    entire uuid[] := ARRAY(SELECT unnest(seen) INTERSECT SELECT unnest(whole));
    summed uuid[] := ARRAY(SELECT unnest(seen) EXCEPT SELECT unnest(whole));
    today timestamptz := date_trunc('day', now(), 'UTC');
    -- A local day lies within a day of the UTC day of its name.
    from_time timestamptz := (previous_day - 1)::timestamp AT TIME ZONE 'UTC';
    late uuid[] := (
        SELECT array_agg(DISTINCT l.patient_id) FROM public.late_range AS l
        WHERE l.patient_id = ANY (summed) AND l.first_time < today AND l.last_time >= from_time
    );
BEGIN
    RETURN QUERY
        WITH stale AS MATERIALIZED (
            -- A refresh is by whole UTC days.
            SELECT DISTINCT l.patient_id, s.day
            FROM
                public.late_range AS l,
                generate_series(
                    date_trunc('day', greatest(l.first_time, from_time), 'UTC'), least(l.last_time, today),
                    INTERVAL '1 day'
                ) AS s (day)
            WHERE l.patient_id = ANY (late)
        ),
        kept AS (
            SELECT
                patient_id, local_date >= first_day AS current,
                sum(readings) AS readings, sum(minutes) AS minutes,
                sum(total_w) AS total, sum(total_sq_w)::bigint AS squares,
                sum(n_lt54) AS n0, sum(n_54_62) AS n1, sum(n_63_69) AS n2, sum(n_70_140) AS n3,
                sum(n_141_180) AS n4, sum(n_181_250) AS n5, sum(n_gt250) AS n6,
                coalesce(sum(m_lt54), 0) AS m0, coalesce(sum(m_54_62), 0) AS m1, coalesce(sum(m_63_69), 0) AS m2,
                coalesce(sum(m_70_140), 0) AS m3, coalesce(sum(m_141_180), 0) AS m4,
                coalesce(sum(m_181_250), 0) AS m5, coalesce(sum(m_gt250), 0) AS m6
            FROM public.reading_day AS d
            WHERE
                patient_id = ANY (summed) AND bucket >= from_time AND bucket < today AND local_date >= previous_day
                AND (late IS NULL OR NOT EXISTS (
                    SELECT FROM stale AS s WHERE s.patient_id = d.patient_id AND s.day = d.bucket
                ))
            GROUP BY patient_id, local_date >= first_day
            UNION ALL
            SELECT
                patient_id, local_date >= first_day, readings, minutes, total_w, total_sq_w,
                n_lt54, n_54_62, n_63_69, n_70_140, n_141_180, n_181_250, n_gt250,
                m_lt54, m_54_62, m_63_69, m_70_140, m_141_180, m_181_250, m_gt250
            FROM public.recent_day
            WHERE patient_id = ANY (summed) AND bucket >= today AND local_date >= previous_day
        ),
        -- An array for each patient: grouping the readings would cost more than reading them.
        raw (patient_id, packed) AS (
            SELECT
                s.patient_id, ARRAY(
                    SELECT cadence_minutes::int * 1024 + mg_dl + 16384 * (local_date >= first_day)::int
                    FROM (
                        SELECT
                            cadence_minutes, mg_dl,
                            ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date
                        FROM public.reading
                        WHERE
                            patient_id = s.patient_id AND time >= s.day AND time < s.day + INTERVAL '1 day'
                            AND time < today AND NOT excluded
                    ) AS of_late_day
                    WHERE local_date >= previous_day
                )
            FROM stale AS s
            UNION ALL
            SELECT
                s.id, ARRAY(
                    SELECT cadence_minutes::int * 1024 + mg_dl + 16384 * (local_date >= first_day)::int
                    FROM (
                        SELECT
                            cadence_minutes, mg_dl,
                            ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date
                        FROM public.reading
                        WHERE patient_id = s.id AND time >= from_time AND NOT excluded
                    ) AS of_whole_patient
                    WHERE local_date >= previous_day
                )
            FROM unnest(entire) AS s (id)
        )
        SELECT k.patients, k.current, k.sums, g.patients, g.counts, g.packed
        FROM (
            SELECT
                array_send(array_agg(patient_id)) AS patients,
                array_send(array_agg(current::int::smallint)) AS current,
                ARRAY[
                    array_send(array_agg(readings)), array_send(array_agg(minutes)),
                    array_send(array_agg(total)), array_send(array_agg(squares)),
                    array_send(array_agg(n0)), array_send(array_agg(n1)), array_send(array_agg(n2)),
                    array_send(array_agg(n3)), array_send(array_agg(n4)), array_send(array_agg(n5)),
                    array_send(array_agg(n6)),
                    array_send(array_agg(m0)), array_send(array_agg(m1)), array_send(array_agg(m2)),
                    array_send(array_agg(m3)), array_send(array_agg(m4)), array_send(array_agg(m5)),
                    array_send(array_agg(m6))
                ] AS sums
            FROM kept
        ) AS k,
        (
            SELECT
                array_send(array_agg(patient_id)) AS patients,
                array_send(array_agg(cardinality(packed))) AS counts,
                string_agg(array_send(packed), ''::bytea) AS packed
            FROM raw
            WHERE cardinality(packed) > 0
        ) AS g;
END
$$;

-- How many minutes of the current period lie above a value; only for patients who have such readings.
CREATE FUNCTION secured.clinic_minutes_above(wanted uuid[], first_day date, above smallint)
RETURNS TABLE (patient_id uuid, minutes bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    seen uuid[] := ARRAY(SELECT secured.readable(wanted));
BEGIN
    RETURN QUERY
        SELECT patient_id, sum(cadence_minutes)
        FROM public.reading
        WHERE
            patient_id = ANY (seen)
            AND time >= (first_day - 1)::timestamp AT TIME ZONE 'UTC'
            AND mg_dl > above
            AND NOT excluded
            AND ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date >= first_day
        GROUP BY patient_id;
END
$$;
