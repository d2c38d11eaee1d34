-- Before a migration is undone: policies, triggers and functions of this state would hold on to columns that were
-- something else before. Row security stays on, so until `migrate` has put the state back, the owner alone sees rows;
-- the owner does, because undoing may have to read them.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = to_regnamespace('secured') LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON public.%I', found.policyname, found.tablename);
    END LOOP;
    FOR found IN
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity
    LOOP
        EXECUTE format('ALTER TABLE public.%I NO FORCE ROW LEVEL SECURITY', found.relname);
    END LOOP;
END $$;
