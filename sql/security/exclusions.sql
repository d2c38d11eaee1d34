-- Exclusions of readings (glucose/services/exclusions.py): who may make and undo one, and what follows for the readings.
-- A reading is excluded while any exclusion that covers it stands.

GRANT SELECT, INSERT ON glucose_exclusion TO saude_app;
GRANT UPDATE (undone_at, undone_by_id) ON glucose_exclusion TO saude_app;

ALTER TABLE glucose_exclusion ENABLE ROW LEVEL SECURITY;
ALTER TABLE glucose_exclusion FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON glucose_exclusion TO CURRENT_USER, saude_worker USING (true);
CREATE POLICY visible ON glucose_exclusion FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
-- In one's own name, and by people: what a program writes are readings.
CREATE POLICY made ON glucose_exclusion FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.role()) IN ('admin', 'clinician')
    AND author_id = (SELECT secured.actor())
    AND undone_at IS NULL
    -- Whoever reads a page of them could not read times that no calendar has.
    AND start >= '1900-01-01' AND "end" < '2200-01-02' AND created_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);
-- Once: who undid it, and when, is history then.
CREATE POLICY undone ON glucose_exclusion FOR UPDATE TO saude_app
USING (
    undone_at IS NULL
    AND (SELECT secured.role()) IN ('admin', 'clinician')
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
)
WITH CHECK (undone_at BETWEEN '2000-01-01' AND '2200-01-01' AND undone_by_id = (SELECT secured.actor()));

-- What of each patient's time is excluded; no row where nothing is. For the functions that write, which check who asks.
CREATE FUNCTION secured.excluded_ranges(wanted uuid[]) RETURNS TABLE (patient_id uuid, ranges tstzmultirange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.patient_id, range_agg(tstzrange(e.start, e.end))
    FROM public.glucose_exclusion AS e
    WHERE e.patient_id = ANY (wanted) AND e.undone_at IS NULL
    GROUP BY e.patient_id
$$;

-- Makes the flags of a patient's readings in a window what the exclusions say; how many were not. What changed before
-- today is a late range. The patient is named and each piece has bounds of its own, so that only the segments in question
-- are decompressed; how many is nobody's limit, for a range of a year is one act.
CREATE FUNCTION secured.settle_exclusions(wanted uuid, from_time timestamptz, to_time timestamptz, today timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    asked tstzmultirange := tstzmultirange(tstzrange(from_time, to_time));
    stands tstzmultirange;
    piece record;
    flipped record;
    changed bigint := 0;
    late_first timestamptz;
    late_last timestamptz;
BEGIN
    PERFORM secured.require_writable(ARRAY[wanted]);
    PERFORM secured.lock_patients(ARRAY[wanted]);
    PERFORM set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
    stands := asked * coalesce((SELECT e.ranges FROM secured.excluded_ranges(ARRAY[wanted]) AS e), '{}');
    FOR piece IN
        SELECT lower(p) AS first, upper(p) AS after, true AS out FROM unnest(stands) AS p
        UNION ALL
        SELECT lower(p), upper(p), false FROM unnest(asked - stands) AS p
    LOOP
        WITH changes AS (
            UPDATE public.reading AS r SET excluded = piece.out
            WHERE r.patient_id = wanted AND r.time >= piece.first AND r.time < piece.after AND r.excluded <> piece.out
            RETURNING r.time
        )
        SELECT count(*) AS readings, min(c.time) FILTER (WHERE c.time < today) AS first,
            max(c.time) FILTER (WHERE c.time < today) AS last
        INTO flipped FROM changes AS c;
        changed := changed + flipped.readings;
        late_first := least(late_first, flipped.first);
        late_last := greatest(late_last, flipped.last);
    END LOOP;
    IF changed = 0 THEN
        RETURN 0;
    END IF;
    IF late_first IS NOT NULL THEN
        INSERT INTO public.late_range (patient_id, first_time, last_time) VALUES (wanted, late_first, late_last);
    END IF;
    PERFORM secured.sum_recent_days(wanted);
    UPDATE public.latest_reading AS l SET excluded = r.excluded
    FROM public.reading AS r
    WHERE l.patient_id = wanted AND r.patient_id = wanted AND r.time = l.time AND l.excluded <> r.excluded;
    UPDATE public.patients_patient AS p SET data_version = p.data_version + 1 WHERE p.id = wanted;
    RETURN changed;
END
$$;

-- How many readings lie in each of the ranges, in their order. One plan for each: a plan for any bounds keeps every chunk.
CREATE FUNCTION secured.count_readings(wanted uuid, first timestamptz[], after timestamptz[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    FOR n IN 1..coalesce(cardinality(first), 0) LOOP
        RETURN QUERY
            SELECT count(*) FROM public.reading AS r
            WHERE r.patient_id = wanted AND r.time >= first[n] AND r.time < after[n];
    END LOOP;
END
$$;
