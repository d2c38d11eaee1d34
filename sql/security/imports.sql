-- Files that people import (glucose/services/imports.py). The application writes a file and never reads it: the worker
-- does.

GRANT SELECT, INSERT, UPDATE (date_order, dry_run, state, task_id) ON glucose_import TO saude_app;
GRANT SELECT ON glucose_importrefusals TO saude_app;
GRANT SELECT, INSERT, DELETE ON glucose_importfile TO saude_app;
GRANT SELECT (id, file_id), INSERT, DELETE ON glucose_importpiece TO saude_app;
GRANT INSERT, UPDATE, DELETE ON
    glucose_import, glucose_importrefusals, glucose_importfile, glucose_importpiece
TO saude_worker;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'glucose_import', 'glucose_importrefusals', 'glucose_importfile', 'glucose_importpiece'
    ] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
END $$;

-- A file is its sender's alone; once an import is made of it, it is the worker's to delete.
CREATE POLICY own ON glucose_importfile FOR SELECT TO saude_app USING (uploaded_by_id = (SELECT secured.actor()));
CREATE POLICY sent ON glucose_importfile FOR INSERT TO saude_app
WITH CHECK (
    uploaded_by_id = (SELECT secured.actor())
    AND (SELECT secured.may_write())
    AND created_at BETWEEN '2000-01-01' AND '2200-01-01'
);
-- A definer's: who may not see the import any more has no more right to its file.
CREATE FUNCTION secured.is_imported(file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.glucose_import AS i WHERE i.file_id = file)
$$;
CREATE POLICY taken_back ON glucose_importfile FOR DELETE TO saude_app
USING (uploaded_by_id = (SELECT secured.actor()) AND NOT secured.is_imported(id));
CREATE POLICY own ON glucose_importpiece TO saude_app
USING (EXISTS (SELECT FROM glucose_importfile AS f WHERE f.id = file_id) AND NOT secured.is_imported(file_id));

CREATE POLICY visible ON glucose_import FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
-- In one's own name, of a file that one sent; what is counted is the worker's to say.
CREATE POLICY made ON glucose_import FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.may_write())
    AND requested_by_id = (SELECT secured.actor())
    AND created_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND state = 'waiting' AND position = 0 AND batch_size BETWEEN 1 AND 100000
    AND stored + duplicates + stored_treatments + duplicate_treatments = 0
    -- Whoever reads a page of them could not read times that no calendar has.
    AND started_at IS NULL AND finished_at IS NULL AND first_time IS NULL AND last_time IS NULL
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
    AND EXISTS (SELECT FROM glucose_importfile AS f WHERE f.id = file_id)
);
-- Begun by whoever may write the patient's readings; cancelled by secured.cancel_import.
CREATE POLICY changed ON glucose_import FOR UPDATE TO saude_app
USING (
    state <> 'done' AND (SELECT secured.may_write())
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
)
WITH CHECK (state = 'waiting' AND (SELECT secured.may_write()));
CREATE POLICY visible ON glucose_importrefusals FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_import AS i WHERE i.id = of_id));

-- A task that is cancelled, fails for good or is done again takes its import with it, however that came about.
CREATE FUNCTION secured.follow_task() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status = 'pending' AND OLD.status IN ('failed', 'cancelled') THEN
        UPDATE public.glucose_import AS i SET state = 'waiting', error_code = '', finished_at = NULL
        WHERE i.task_id = NEW.id AND i.state IN ('failed', 'cancelled') AND i.file_id IS NOT NULL;
    ELSIF NEW.status IN ('failed', 'cancelled') THEN
        UPDATE public.glucose_import AS i SET
            state = NEW.status,
            error_code = CASE NEW.status WHEN 'failed' THEN 'given_up' ELSE '' END,
            finished_at = coalesce(NEW.finished_at, clock_timestamp())
        WHERE i.task_id = NEW.id
            AND (i.state IN ('waiting', 'running') OR (i.state = 'failed' AND i.error_code = 'interrupted'));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER import_follows AFTER UPDATE OF status ON work_task FOR EACH ROW
WHEN (new.actor = 'import_file' AND old.status IS DISTINCT FROM new.status)
EXECUTE FUNCTION secured.follow_task();

-- Cancel an import and its task, whoever began it: by whoever may write the patient's readings. Whether it was not over.
CREATE FUNCTION secured.cancel_import(wanted uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_task uuid;
BEGIN
    SELECT i.task_id INTO of_task FROM public.glucose_import AS i
    WHERE i.id = wanted AND at BETWEEN '2000-01-01' AND '2200-01-01'
        AND EXISTS (SELECT FROM secured.writable(ARRAY[i.patient_id]));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- The task first, as the trigger has it: two who cancel at once do not wait for each other.
    PERFORM FROM public.work_task AS t WHERE t.id = of_task FOR UPDATE;
    UPDATE public.glucose_import AS i SET state = 'cancelled', finished_at = at
    WHERE i.id = wanted AND i.task_id IS NOT DISTINCT FROM of_task
        AND (i.state IN ('waiting', 'running') OR (i.state = 'failed' AND i.error_code = 'interrupted'));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.work_task AS t SET
        cancel_requested_at = coalesce(t.cancel_requested_at, at),
        status = CASE t.status WHEN 'pending' THEN 'cancelled' ELSE t.status END,
        finished_at = CASE t.status WHEN 'pending' THEN at END
    WHERE t.id = of_task AND t.status IN ('pending', 'processing');
    RETURN true;
END
$$;
