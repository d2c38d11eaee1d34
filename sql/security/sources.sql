-- What follows from the vendors' accounts: their history, what they sent that is no reading, and the gap ledger.

-- An account that is removed takes its history along.
GRANT SELECT, INSERT, DELETE ON glucose_accountevent TO saude_app;
GRANT SELECT, DELETE ON glucose_setaside TO saude_app;
-- Written by the functions of gaps.sql.
GRANT SELECT ON glucose_gap, glucose_gapledger TO saude_app;
GRANT INSERT, UPDATE, DELETE ON glucose_accountevent, glucose_setaside, glucose_gap, glucose_gapledger TO saude_worker;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['glucose_accountevent', 'glucose_setaside', 'glucose_gap', 'glucose_gapledger'] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
END $$;

CREATE POLICY of_clinic ON glucose_setaside FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id));
CREATE POLICY of_clinic ON glucose_accountevent FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id));
CREATE POLICY done ON glucose_accountevent FOR INSERT TO saude_app
WITH CHECK (
    user_id = (SELECT secured.actor()) AND EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id)
);
CREATE POLICY removed ON glucose_setaside FOR DELETE TO saude_app
USING ((SELECT secured.is_admin()) AND EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id));
CREATE POLICY removed ON glucose_accountevent FOR DELETE TO saude_app
USING ((SELECT secured.is_admin()) AND EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id));
-- Operators see accounts and their history; what a vendor sent is of patients.
CREATE POLICY nobodys ON glucose_setaside AS RESTRICTIVE TO saude_operator USING (false);
CREATE POLICY visible ON glucose_gap FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
CREATE POLICY visible ON glucose_gapledger FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
