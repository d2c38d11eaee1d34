-- What the gap ledger (glucose/services/gaps.py) needs of readings and writes of gaps, for the patients whose readings
-- the caller may write; the worker's may be anybody's.

-- Of patients whose readings of a range were just stored: those with a ledger for whom it may have changed, each with the
-- window in which it may have. That is where readings jumped, or an unfilled gap lies; it reaches from the reading before
-- to the reading after, because between two readings nothing else decides.
CREATE FUNCTION secured.ledgers_touched(
    wanted uuid[], first_stored timestamptz[], last_stored timestamptz[], jumped boolean[]
) RETURNS TABLE (patient_id uuid, from_time timestamptz, to_time timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM secured.require_writable(wanted);
    RETURN QUERY
        SELECT l.patient_id, greatest(l.since, coalesce(least(before.time, open.first), l.since)), coalesce(after.time, s.last)
        FROM unnest(wanted, first_stored, last_stored, jumped) AS s (id, first, last, jumped)
        JOIN public.glucose_gapledger AS l ON l.patient_id = s.id
        LEFT JOIN LATERAL (
            SELECT min(g.start) AS first FROM public.glucose_gap AS g
            WHERE
                g.patient_id = s.id AND g.state <> 'filled'
                AND g.end > s.first - INTERVAL '15 minutes' AND g.start < s.last + INTERVAL '15 minutes'
        ) AS open ON true
        LEFT JOIN LATERAL (
            SELECT r.time FROM public.reading AS r
            WHERE r.patient_id = s.id AND r.time < s.first ORDER BY r.time DESC LIMIT 1
        ) AS before ON true
        LEFT JOIN LATERAL (
            SELECT r.time FROM public.reading AS r
            WHERE r.patient_id = s.id AND r.time > s.last ORDER BY r.time ASC LIMIT 1
        ) AS after ON true
        WHERE (s.jumped OR open.first IS NOT NULL) AND coalesce(after.time, s.last) > l.since;
END
$$;

-- The ledger's gaps that overlap a window, and the readings of it, both ends included, as arrays of array_send.
CREATE FUNCTION secured.reading_times(wanted uuid, from_time timestamptz, to_time timestamptz)
RETURNS TABLE (times bytea, cadences bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT secured.may_read(wanted) THEN
        wanted := NULL;
    END IF;
    RETURN QUERY
        SELECT array_send(array_agg(time)), array_send(array_agg(cadence_minutes))
        FROM (
            SELECT time, cadence_minutes FROM public.reading
            WHERE patient_id = wanted AND time >= from_time AND time <= to_time
            ORDER BY time
        ) AS ordered;
END
$$;

-- Takes gaps of a patient away and puts others in their place.
CREATE FUNCTION secured.replace_gaps(
    wanted uuid, gone uuid[], id uuid[], start timestamptz[], "end" timestamptz[], state text[], cause text[],
    noticed_at timestamptz[], closed_at timestamptz[], tries integer[], next_try_at timestamptz[]
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM secured.require_writable(ARRAY[wanted]);
    DELETE FROM public.glucose_gap AS g WHERE g.patient_id = wanted AND g.id = ANY (gone);
    INSERT INTO public.glucose_gap (
        patient_id, id, start, "end", state, cause, noticed_at, closed_at, tries, next_try_at
    )
    SELECT wanted, n.* FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11) AS n;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
