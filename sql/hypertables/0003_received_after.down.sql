-- The instant that the minutes stand for, which is less than a minute later than the one there was. Chunk by chunk, as
-- on the way here.
DO $$
DECLARE
    chunk record;
    pending boolean;
BEGIN
    ALTER TABLE reading ADD COLUMN IF NOT EXISTS received_at timestamptz;
    ALTER TABLE reading ALTER COLUMN received_after_minutes DROP NOT NULL;
    COMMIT;
    FOR chunk IN
        SELECT format('%I.%I', chunk_schema, chunk_name)::regclass AS name, is_compressed
        FROM timescaledb_information.chunks WHERE hypertable_name = 'reading' ORDER BY range_start
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE received_at IS NULL)', chunk.name) INTO pending;
        CONTINUE WHEN NOT pending;
        IF chunk.is_compressed THEN
            PERFORM decompress_chunk(chunk.name);
        END IF;
        EXECUTE format(
            'UPDATE %s SET'
            ' received_at = time + received_after_minutes * INTERVAL ''1 minute'', received_after_minutes = NULL'
            ' WHERE received_at IS NULL',
            chunk.name
        );
        IF chunk.is_compressed THEN
            PERFORM compress_chunk(chunk.name);
        END IF;
        COMMIT;
    END LOOP;
    ALTER TABLE reading ALTER COLUMN received_at SET NOT NULL;
    ALTER TABLE reading DROP COLUMN received_after_minutes;
END
$$;
