-- What the only writer (glucose/services/ingest.py) does to readings, for the patients whose readings the caller may
-- write; the worker's may be anybody's.

-- The stored readings that could tell the same minutes as a batch.
CREATE FUNCTION secured.stored_neighbours(wanted uuid[], after timestamptz, before timestamptz)
RETURNS TABLE (patients bytea, times bytea, cadences bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    wanted := ARRAY(SELECT secured.writable(wanted));
    RETURN QUERY
        SELECT array_send(array_agg(r.patient_id)), array_send(array_agg(r.time)), array_send(array_agg(r.cadence_minutes))
        FROM public.reading AS r
        WHERE r.patient_id = ANY (wanted) AND r.time > after AND r.time < before;
END
$$;

-- Takes the lock of each patient, in the order of the keys, until the transaction ends; those who may be written.
-- VOLATILE: the patients are read by a snapshot that is taken after the locks.
CREATE FUNCTION secured.lock_patients(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(held.key)
    FROM (SELECT DISTINCT hashtextextended(id::text, 0) AS key FROM unnest(wanted) AS id ORDER BY key) AS held;
    RETURN QUERY SELECT secured.writable(wanted);
END
$$;

CREATE FUNCTION secured.require_writable(wanted uuid[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(wanted) AS id);
BEGIN
    IF (SELECT count(*) FROM secured.writable(given)) <> cardinality(given) THEN
        RAISE insufficient_privilege USING MESSAGE = 'these readings are not the caller''s to write';
    END IF;
END
$$;

-- The worker reads times of every clinic together: one that its calendar does not have would stop the work for all.
CREATE FUNCTION secured.require_plausible(times timestamptz[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(times) AS t (at)
        WHERE at IS NULL OR at NOT BETWEEN '1999-01-01T00:00:00Z'::timestamptz AND '2200-01-01T00:00:00Z'::timestamptz
    ) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'no reading is of such a time';
    END IF;
END
$$;

-- Stores samples that the ingest chose; how many are new. No trend is 0, no sensor is the nil UUID.
CREATE FUNCTION secured.insert_readings(
    patient uuid[], "time" timestamptz[], mg_dl smallint[], utc_offset_minutes smallint[], cadence_minutes smallint[],
    trend smallint[], source smallint[], sensor uuid[], out_of_range smallint[],
    received_after_minutes integer[]
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    stored bigint;
BEGIN
    PERFORM secured.require_writable(patient);
    PERFORM secured.require_plausible("time");
    INSERT INTO public.reading (
        patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source, sensor_id, out_of_range,
        received_after_minutes, excluded
    )
    SELECT
        s.patient_id, s.time, s.mg_dl, s.utc_offset_minutes, s.cadence_minutes, nullif(s.trend, 0::smallint), s.source,
        nullif(s.sensor_id, '00000000-0000-0000-0000-000000000000'::uuid), s.out_of_range,
        s.received_after_minutes, coalesce(e.ranges @> s.time, false)
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS s (
        patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source, sensor_id, out_of_range,
        received_after_minutes
    )
    LEFT JOIN secured.excluded_ranges(patient) AS e ON e.patient_id = s.patient_id
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS stored = ROW_COUNT;
    -- Where fewer were new, the ingest takes all of it back.
    PERFORM secured.add_to_recent_days($1, $2, $3, $4, $5);
    RETURN stored;
END
$$;

-- What follows from stored readings: the newest one of each patient, ranges that the aggregate does not show yet,
-- and a new version of the patient's data. Answers when the newest of each was before, in their order, as array_send
-- writes it; 1970 where there was none.
CREATE FUNCTION secured.note_ingest(
    patient uuid[], "time" timestamptz[], mg_dl smallint[], trend smallint[], source smallint[], out_of_range smallint[],
    utc_offset_minutes smallint[], late_patient uuid[], late_first timestamptz[], late_last timestamptz[]
) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    before timestamptz[];
BEGIN
    PERFORM secured.require_writable(patient || late_patient);
    PERFORM secured.require_plausible("time" || late_first || late_last);
    before := ARRAY(
        SELECT coalesce(l.time, 'epoch'::timestamptz)
        FROM unnest(patient) WITH ORDINALITY AS given (id, place)
        LEFT JOIN public.latest_reading AS l ON l.patient_id = given.id
        ORDER BY given.place
    );
    INSERT INTO public.latest_reading AS stored (
        patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes, excluded
    )
    SELECT
        n.patient_id, n.time, n.mg_dl, nullif(n.trend, 0::smallint), n.source, n.out_of_range, n.utc_offset_minutes,
        coalesce(e.ranges @> n.time, false)
    FROM unnest($1, $2, $3, $4, $5, $6, $7) AS n (
        patient_id, time, mg_dl, trend, source, out_of_range, utc_offset_minutes
    )
    LEFT JOIN secured.excluded_ranges(patient) AS e ON e.patient_id = n.patient_id
    ON CONFLICT (patient_id) DO UPDATE
        SET (time, mg_dl, trend, source, out_of_range, utc_offset_minutes, excluded) = (
            excluded.time, excluded.mg_dl, excluded.trend, excluded.source, excluded.out_of_range,
            excluded.utc_offset_minutes, excluded.excluded
        )
        WHERE stored.time < excluded.time;
    INSERT INTO public.late_range (patient_id, first_time, last_time)
    SELECT l.patient_id, l.first_time, l.last_time
    FROM unnest(late_patient, late_first, late_last) AS l (patient_id, first_time, last_time);
    UPDATE public.patients_patient AS p SET data_version = p.data_version + 1 WHERE p.id = ANY (patient);
    RETURN array_send(before);
END
$$;

-- Nobody calls a function whom it was not given to; some are called by the others only.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA secured FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA secured TO saude_app, saude_worker;
REVOKE EXECUTE ON FUNCTION secured.require_writable(uuid[]) FROM saude_app, saude_worker;
REVOKE EXECUTE ON FUNCTION secured.require_plausible(timestamptz[]) FROM saude_app, saude_worker;
REVOKE EXECUTE ON FUNCTION secured.excluded_ranges(uuid[]) FROM saude_app, saude_worker;
REVOKE EXECUTE ON FUNCTION secured.excluded_as_of(uuid, timestamptz) FROM saude_app, saude_worker;
REVOKE EXECUTE ON FUNCTION secured.add_to_recent_days(uuid[], timestamptz[], smallint[], smallint[], smallint[])
FROM saude_app, saude_worker;
