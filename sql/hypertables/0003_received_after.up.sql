-- received_at, to the microsecond, took more of the columnstore than all other columns together. In its place: the
-- minutes after its time by which we had the reading, rounded up; negative where the sensor is ahead of our clock.
-- A reading was known at time + received_after_minutes * INTERVAL '1 minute': never earlier than it was received, and
-- less than a minute later.
--
-- What is stored is written anew, for each reading has a delay of its own: chunk by chunk with a commit after each, so
-- that one chunk at a time is locked and takes the space of its row form. That needs a migration that is not atomic.
-- Where it is interrupted, or a process of the version before wrote into a chunk that was done, the next run goes on
-- with what is left. received_at becomes NULL before its chunk is compressed: a dropped column keeps its space.
-- timescaledb.max_tuples_decompressed_per_dml_transaction does not count, for chunks are decompressed as a whole.
-- The daily aggregate does not read the column. It notes the chunks as changed and stays as it is.
DO $$
DECLARE
    chunk record;
    pending boolean;
BEGIN
    ALTER TABLE reading ADD COLUMN IF NOT EXISTS received_after_minutes integer;
    ALTER TABLE reading ALTER COLUMN received_at DROP NOT NULL;
    COMMIT;
    FOR chunk IN
        SELECT format('%I.%I', chunk_schema, chunk_name)::regclass AS name, is_compressed
        FROM timescaledb_information.chunks WHERE hypertable_name = 'reading' ORDER BY range_start
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE received_after_minutes IS NULL)', chunk.name) INTO pending;
        CONTINUE WHEN NOT pending;
        IF chunk.is_compressed THEN
            PERFORM decompress_chunk(chunk.name);
        END IF;
        EXECUTE format(
            'UPDATE %s SET'
            ' received_after_minutes = ceil(extract(epoch FROM received_at - time) / 60), received_at = NULL'
            ' WHERE received_after_minutes IS NULL',
            chunk.name
        );
        IF chunk.is_compressed THEN
            PERFORM compress_chunk(chunk.name);
        END IF;
        COMMIT;
    END LOOP;
    ALTER TABLE reading ALTER COLUMN received_after_minutes SET NOT NULL;
    ALTER TABLE reading DROP COLUMN received_at;
END
$$;
