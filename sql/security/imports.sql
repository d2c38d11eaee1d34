-- Files that people import (glucose/services/imports.py). The application writes a file and never reads it: the worker
-- does.

GRANT SELECT, INSERT, UPDATE (date_order, dry_run, state, finished_at, task_id) ON glucose_import TO saude_app;
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
-- Begun and cancelled by whoever may write the patient's readings.
CREATE POLICY changed ON glucose_import FOR UPDATE TO saude_app
USING (
    state <> 'done' AND (SELECT secured.may_write())
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
)
WITH CHECK (
    state IN ('waiting', 'cancelled') AND (SELECT secured.may_write())
    AND coalesce(finished_at, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
);
CREATE POLICY visible ON glucose_importrefusals FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_import AS i WHERE i.id = of_id));
