-- What a clinic writes about its care (patients/notes.py, patients/reviews.py): the staff's alone, who see the patient. What
-- was written is never changed: a note is removed once, and cadences say who set them.

GRANT SELECT, INSERT ON patients_note, patients_noteversion, patients_review TO saude_app;
GRANT UPDATE (removed_at, removed_by_id) ON patients_note TO saude_app;
GRANT SELECT, INSERT, UPDATE ON patients_clinicreviews, patients_patientcadence TO saude_app;
GRANT DELETE ON patients_patientcadence TO saude_app;

-- Whether the user is of those who write about patients: as accounts/roles.py says.
CREATE FUNCTION secured.is_staff() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT role IN ('admin', 'clinician') FROM secured.member()
$$;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'patients_note', 'patients_noteversion', 'patients_review', 'patients_clinicreviews', 'patients_patientcadence'
    ] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['patients_note', 'patients_review', 'patients_patientcadence'] LOOP
        EXECUTE format(
            'CREATE POLICY visible ON public.%I FOR SELECT TO saude_app USING ('
            '(SELECT secured.is_staff()) AND EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))',
            guarded
        );
    END LOOP;
END $$;

CREATE POLICY written ON patients_note FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.is_staff())
    AND removed_at IS NULL
    -- Whoever reads a page of them could not read times that no calendar has.
    AND coalesce(start, '2000-01-01') BETWEEN '1900-01-01' AND '2200-01-01'
    AND coalesce("end", '2000-01-01') BETWEEN '1900-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);
CREATE POLICY removed ON patients_note FOR UPDATE TO saude_app
USING (
    removed_at IS NULL
    AND (SELECT secured.is_staff())
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
)
WITH CHECK (removed_at BETWEEN '2000-01-01' AND '2200-01-01' AND removed_by_id = (SELECT secured.actor()));
CREATE POLICY visible ON patients_noteversion FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_note AS n WHERE n.id = note_id));
CREATE POLICY written ON patients_noteversion FOR INSERT TO saude_app
WITH CHECK (
    author_id = (SELECT secured.actor())
    AND written_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_note AS n WHERE n.id = note_id AND n.removed_at IS NULL)
);

CREATE POLICY done ON patients_review FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.is_staff())
    AND reviewer_id = (SELECT secured.actor())
    AND reviewed_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND reviewed_on >= '2000-01-01' AND next_on < '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);

CREATE POLICY set ON patients_patientcadence FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.is_staff())
    AND set_by_id = (SELECT secured.actor())
    AND set_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);
CREATE POLICY changed ON patients_patientcadence FOR UPDATE TO saude_app
USING ((SELECT secured.is_staff()) AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id))
WITH CHECK (
    set_by_id = (SELECT secured.actor())
    AND set_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
);
CREATE POLICY forgotten ON patients_patientcadence FOR DELETE TO saude_app
USING ((SELECT secured.is_staff()) AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));

CREATE POLICY of_clinic ON patients_clinicreviews FOR SELECT TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_staff()));
CREATE POLICY set ON patients_clinicreviews FOR INSERT TO saude_app
WITH CHECK (
    clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()) AND set_by_id = (SELECT secured.actor())
    AND set_at BETWEEN '2000-01-01' AND '2200-01-01'
);
CREATE POLICY changed ON patients_clinicreviews FOR UPDATE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()))
WITH CHECK (
    clinic_id = (SELECT secured.clinic()) AND set_by_id = (SELECT secured.actor())
    AND set_at BETWEEN '2000-01-01' AND '2200-01-01'
);
