-- Treatments (glucose/services/treatments.py): who may add and see them, take one back and restore it. Rows of them are
-- never changed.

GRANT SELECT, INSERT ON glucose_treatment, glucose_treatmentremoval TO saude_app;
GRANT UPDATE (restored_at, restored_by_id) ON glucose_treatmentremoval TO saude_app;
-- Imports of files are done by the worker.
GRANT INSERT ON glucose_treatment TO saude_worker;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['glucose_treatment', 'glucose_treatmentremoval'] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
END $$;
CREATE POLICY visible ON glucose_treatment FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
CREATE POLICY added ON glucose_treatment FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.may_write())
    -- Whoever reads a page of them could not read times that no calendar has.
    AND time BETWEEN '1999-01-01' AND '2200-01-01' AND received_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);
CREATE POLICY visible ON glucose_treatmentremoval FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_treatment AS t WHERE t.id = treatment_id));
-- In one's own name, and by people: a program cannot know that something was not given.
CREATE POLICY made ON glucose_treatmentremoval FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.role()) IN ('admin', 'clinician')
    AND removed_by_id = (SELECT secured.actor())
    AND restored_at IS NULL
    AND removed_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM glucose_treatment AS t WHERE t.id = treatment_id)
);
CREATE POLICY restored ON glucose_treatmentremoval FOR UPDATE TO saude_app
USING (
    restored_at IS NULL
    AND (SELECT secured.role()) IN ('admin', 'clinician')
    AND EXISTS (SELECT FROM glucose_treatment AS t WHERE t.id = treatment_id)
)
WITH CHECK (restored_at BETWEEN '2000-01-01' AND '2200-01-01' AND restored_by_id = (SELECT secured.actor()));
