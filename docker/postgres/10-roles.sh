#!/bin/sh
# Makes the roles of the database, once, when it is new: /docker-entrypoint-initdb.d of the image runs it as the
# server's superuser, which nothing uses afterwards. What each may do is decided by `manage.py migrate`
# (sql/security/). PASSWORDS is a folder with a file <role>_password.txt or <role>_password for each that logs in.
set -eu

password() {
    for file in "${PASSWORDS:-/run/secrets}/$1_password.txt" "${PASSWORDS:-/run/secrets}/$1_password"; do
        if [ -r "$file" ]; then cat "$file" && return; fi
    done
    echo "10-roles.sh: there is no password for $1" >&2
    exit 1
}

owner=$(password owner) app=$(password app) worker=$(password worker) operator=$(password operator)
# Where nobody watches, this one does not log in.
monitoring=$(password monitoring 2>/dev/null) || monitoring=

# The passwords go in by standard input, where no list of processes shows them. It may run again, to change them.
psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['saude_owner', 'saude_app', 'saude_operator', 'saude_worker', 'saude_research', 'saude_monitoring']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec

-- Owns the schema and runs migrations and the storage policies.
ALTER ROLE saude_owner LOGIN PASSWORD '$owner';
-- Of web: may read people before anyone is known, everything else only in the name of somebody.
ALTER ROLE saude_app LOGIN NOINHERIT PASSWORD '$app';
-- Of the operators' pages: what the application may, and clinics and users of every clinic.
ALTER ROLE saude_operator LOGIN INHERIT PASSWORD '$operator';
GRANT saude_app TO saude_operator;
-- Of worker and scheduler. It becomes the owner by SET ROLE for the one thing that only an owner may do: to refresh
-- the daily aggregate. NOINHERIT: nothing else that it runs has the owner's rights.
ALTER ROLE saude_worker LOGIN NOINHERIT PASSWORD '$worker';
GRANT saude_owner TO saude_worker;
-- Whether TimescaleDB's own scheduler lives is told by its line in pg_stat_activity.
GRANT pg_read_all_stats TO saude_worker, saude_owner;
-- Of the exporter: figures by functions of the owner's, no table and no statistics of its own.
SELECT 'REVOKE pg_monitor FROM saude_monitoring' WHERE pg_has_role('saude_monitoring', 'pg_monitor', 'MEMBER') \\gexec
SELECT format('ALTER ROLE saude_monitoring LOGIN NOINHERIT PASSWORD %L', '$monitoring') WHERE '$monitoring' <> '' \\gexec
ALTER DATABASE "$POSTGRES_DB" OWNER TO saude_owner;
ALTER SCHEMA public OWNER TO saude_owner;
SQL

# The extension is there already in the image. Its jobs are the owner's only.
psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN
        SELECT p.oid::regprocedure FROM pg_proc AS p
        WHERE p.proname IN ('add_job', 'alter_job', 'delete_job', 'run_job') AND p.pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', found);
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO saude_owner', found);
    END LOOP;
    -- Not all of the extension's inner functions ask whose table it is: one drops any chunk, for whoever calls it. The
    -- schema stays open, in which every session looks for its own.
    FOR found IN
        SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname = '_timescaledb_functions' AND p.provolatile = 'v' AND p.prokind IN ('f', 'p')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', found);
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO saude_owner, saude_worker', found);
    END LOOP;
END $$;
SQL
