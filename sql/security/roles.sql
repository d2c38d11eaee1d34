-- Who connects. The owner is whoever migrates: it owns every table and function.
-- The application (API and pages) is not trusted with its own SQL; the worker is: it reads and writes for every clinic.
-- Roles belong to the server, not to the database. Where the migrating role may not make them, docs/deploy.md does.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['saude_app', 'saude_worker', 'saude_research', 'saude_monitoring'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOINHERIT', wanted);
        END IF;
    END LOOP;
    -- All that the application may, and what people.sql adds.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'saude_operator') THEN
        CREATE ROLE saude_operator INHERIT;
        GRANT saude_app TO saude_operator;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the roles saude_app, saude_operator, saude_worker, saude_research and saude_monitoring do not exist'
        USING HINT = 'Make them as docs/deploy.md says, then migrate again.';
END $$;

-- Nobody makes anything but the owner: a temporary object could stand before ours in a search path.
-- The embedded server has the one database template1, and cannot change its rights.
DO $$
BEGIN
    IF current_database() <> 'template1' THEN
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format(
            'GRANT CONNECT ON DATABASE %I TO saude_app, saude_worker, saude_research, saude_monitoring',
            current_database()
        );
    END IF;
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO saude_app, saude_worker;
REVOKE ALL ON SCHEMA public FROM saude_monitoring; -- monitoring.sql has its functions

-- What was granted before is gone: these files say all that is.
REVOKE ALL ON ALL TABLES IN SCHEMA public
FROM PUBLIC, saude_app, saude_operator, saude_worker, saude_research, saude_monitoring;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public
FROM PUBLIC, saude_app, saude_operator, saude_worker, saude_research, saude_monitoring;

-- Jobs run as who adds them, and are none of the application's. On a server of several roles docker/postgres/ does the
-- same, as the superuser whose functions they are.
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN
        SELECT p.oid::regprocedure FROM pg_proc AS p
        JOIN pg_roles AS r ON r.rolname = current_user
        WHERE
            p.proname IN ('add_job', 'alter_job', 'delete_job', 'run_job')
            AND p.pronamespace = 'public'::regnamespace
            AND (r.rolsuper OR p.proowner = r.oid)
    LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', found);
    END LOOP;
END $$;

CREATE SCHEMA IF NOT EXISTS secured;
REVOKE ALL ON SCHEMA secured FROM PUBLIC;
GRANT USAGE ON SCHEMA secured TO saude_app, saude_worker;

-- Functions are made anew each time; with them go the policies that call them.
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'secured'::regnamespace LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found);
    END LOOP;
END $$;
DO $$
DECLARE
    old record;
BEGIN
    FOR old IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON public.%I', old.policyname, old.tablename);
    END LOOP;
END $$;
