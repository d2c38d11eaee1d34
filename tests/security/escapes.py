"""Every route to another clinic's readings that we know of, each tried with the application's own password.

An attempt is SQL, sent on one session one statement after the other. What must never come back is a value that only
the other clinic has, in a row, a plan or an error message. Where the whole object is none of the application's, any
answer at all lets somebody in.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg

from tests.security.world import OWN_MG_DL, World

REFUSED: Final = "refused"  # an error, whatever it says
NOTHING: Final = "nothing"  # an error or no row
OURS: Final = "ours"  # anything, but nothing of the other clinic
Token = Callable[[psycopg.Connection[Any], UUID], str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Statements of one session; ``actor`` is who it is in the name of, by a genuine token, or nobody."""

    route: str
    name: str
    statements: tuple[str, ...]
    expected: str = REFUSED
    actor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it: how it let somebody in, or None. ``count`` where one line stands for many searches."""

    attempt: Attempt
    leak: str | None
    count: int = 1


def attempts(world: World, internal: list[str]) -> Iterator[Attempt]:
    """All of them; ``internal`` are the tables that TimescaleDB keeps readings in behind ours."""
    ours, theirs = world.ours, world.theirs
    admin, researcher = UUID(ours.users["admin"]), UUID(ours.users["researcher"])
    clinician = UUID(ours.users["clinician"])
    hidden, own = theirs.patients["cared"], ours.patients["cared"]
    yield from _tables(internal, admin, hidden)
    yield from _roles(admin)
    yield from _objects(admin)
    yield from _identity(world, admin, hidden)
    yield from _functions(admin, researcher, clinician, world, hidden)
    yield from _side_channels(admin, internal, hidden)
    yield from _writing(world, admin, researcher, clinician, hidden, own)


def _tables(internal: list[str], admin: UUID, hidden: str) -> Iterator[Attempt]:
    for table in ("reading", "reading_day", "recent_day", *internal):
        for actor in (None, admin):
            yield Attempt("tables", f"read {table}", (f"SELECT * FROM {table} LIMIT 1",), REFUSED, actor)
        yield Attempt("tables", f"count {table}", (f"SELECT count(*) FROM {table}",))
        yield Attempt("tables", f"one column of {table}", (f"SELECT patient_id FROM {table} LIMIT 1",))
        yield Attempt("tables", f"write {table}", (f"DELETE FROM {table}",))
        yield Attempt("tables", f"lock {table}", (f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",))
        yield Attempt("tables", f"truncate {table}", (f"TRUNCATE {table}",))
        yield Attempt("copy", f"copy {table} out", (f"COPY {table} TO STDOUT",))
        yield Attempt("copy", f"copy a query of {table} out", (f"COPY (SELECT * FROM {table}) TO STDOUT",))
        yield Attempt("explain", f"explain {table}", (f"EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {table}",))
    for table in internal:
        for inner in ("drop_chunk", "freeze_chunk", "unfreeze_chunk"):
            call = f"SELECT _timescaledb_functions.{inner}('{table}'::regclass)"
            yield Attempt("tables", f"{inner} of {table}", (call,), REFUSED, admin)
    people = (
        "patients_patient", "patients_careassignment", "patients_patienttimezone", "patients_consent",
        "glucose_sourceaccount", "glucose_vendorpatient", "glucose_sensor", "latest_reading", "late_range",
        "work_task", "accounts_keptanswer", "glucose_gap", "glucose_gapledger", "glucose_accountevent",
        "glucose_setaside", "patients_patienttargets", "glucose_exclusion", "glucose_treatment",
        "glucose_treatmentremoval", "patients_note", "patients_noteversion", "patients_review",
        "patients_clinicreviews", "patients_patientcadence", "work_deadletter", "work_outboxentry",
        "accounts_webhook", "work_notification",
        "glucose_import", "glucose_importrefusals", "glucose_importfile", "glucose_importpiece",
        "analytics_alertrule", "analytics_alert", "analytics_alertevent", "analytics_alertstate",
        "dashboard_preference",
    )  # fmt: skip
    for table in people:
        yield Attempt("tables", f"read {table} as nobody", (f"SELECT * FROM {table}",), NOTHING)
        yield Attempt("tables", f"read {table} as our administrator", (f"SELECT * FROM {table}",), OURS, admin)
        yield Attempt("copy", f"copy {table} as nobody", (f"COPY (SELECT * FROM {table}) TO STDOUT",), NOTHING)
        yield Attempt("tables", f"switch row security of {table} off",
                      ("SET row_security = off", f"SELECT * FROM {table}"), REFUSED, admin)  # fmt: skip
        yield Attempt("tables", f"drop the policies of {table}", (f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",))
        yield Attempt("tables", f"own {table}", (f"ALTER TABLE {table} OWNER TO saude_app",))
    yield Attempt("tables", "one of theirs by id", (f"SELECT * FROM patients_patient WHERE id = '{hidden}'",), NOTHING,
                  admin)  # fmt: skip
    for table in ("work_lease", "accounts_user", "accounts_membership", "accounts_clinic"):
        yield Attempt("tables", f"empty {table}", (f"DELETE FROM {table}", f"TRUNCATE {table}"))


def attempts_of_operators(world: World, internal: list[str]) -> Iterator[Attempt]:
    """With the password of the operators' pages: everybody's clinics, but no patient and no reading."""
    for table in ("reading", "reading_day", "recent_day", *internal):
        yield Attempt("the operators' role", f"read {table}", (f"SELECT * FROM {table} LIMIT 1",))
    for table in ("patients_patient", "patients_consent", "patients_careassignment", "glucose_vendorpatient",
                  "glucose_sensor", "latest_reading", "late_range", "glucose_gap", "glucose_gapledger",
                  "glucose_setaside", "patients_patienttargets", "glucose_exclusion", "glucose_treatment",
                  "glucose_treatmentremoval", "patients_note", "patients_noteversion", "patients_review",
                  "patients_clinicreviews", "patients_patientcadence",
                  "work_notification", "glucose_import", "glucose_importrefusals", "glucose_importfile",
                  "glucose_importpiece", "analytics_alertrule", "analytics_alert", "analytics_alertevent",
                  "analytics_alertstate", "dashboard_preference"):  # fmt: skip
        yield Attempt("the operators' role", f"read {table}", (f"SELECT * FROM {table}",), NOTHING)
    for role in ("saude_owner", "saude_worker"):
        yield Attempt("the operators' role", f"SET ROLE {role}", (f"SET ROLE {role}", "SELECT * FROM reading"))
    made = f"UPDATE accounts_user SET is_staff = true WHERE id = '{world.ours.users['admin']}' RETURNING 1"
    yield Attempt("the operators' role", "make an operator", (made,))


def _roles(admin: UUID) -> Iterator[Attempt]:
    for role in ("saude_owner", "saude_worker", "saude_research", "saude_monitoring", "pg_read_all_data", "postgres"):
        for form in (f"SET ROLE {role}", f"SET LOCAL ROLE {role}", f"SET SESSION AUTHORIZATION {role}",
                     f"SELECT set_config('role', '{role}', false)"):  # fmt: skip
            yield Attempt("set role", form, (form, "SELECT * FROM reading LIMIT 1"), REFUSED, admin)
    for form in ("RESET ROLE", "RESET SESSION AUTHORIZATION", "RESET ALL", "SET ROLE NONE", "DISCARD ALL"):
        yield Attempt("reset", form, (form, "SELECT * FROM reading LIMIT 1"))
        yield Attempt("reset", f"{form}, then people", (form, "SELECT * FROM patients_patient"), NOTHING)
    for form in ("ALTER ROLE saude_app SUPERUSER", "ALTER ROLE saude_app BYPASSRLS", "GRANT saude_owner TO saude_app",
                 "GRANT pg_read_all_data TO saude_app", "CREATE ROLE intruder SUPERUSER LOGIN",
                 "GRANT SELECT ON reading TO saude_app", "ALTER SYSTEM SET row_security = off",
                 "ALTER ROLE saude_app SET role = 'saude_owner'; SET ROLE saude_owner"):  # fmt: skip
        yield Attempt("set role", form, (form,))


def _objects(admin: UUID) -> Iterator[Attempt]:
    for form in (
        "CREATE TEMP TABLE accounts_membership (user_id uuid)",
        "CREATE TEMP VIEW mine AS SELECT 1",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.actor() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "CREATE OR REPLACE FUNCTION secured.may_read(uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE OR REPLACE FUNCTION secured.trusted() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_ne)",
        "CREATE CAST (text AS int) WITH INOUT AS IMPLICIT",
        "CREATE AGGREGATE public.leak(anyelement) (SFUNC = array_append, STYPE = anyarray)",
        "CREATE RULE leak AS ON SELECT TO latest_reading DO INSTEAD SELECT * FROM reading",
        "CREATE TRIGGER leak BEFORE INSERT ON patients_patient EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE POLICY leak ON patients_patient TO saude_app USING (true)",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION IF NOT EXISTS file_fdw",
        "CREATE PUBLICATION leak FOR ALL TABLES",
        "CREATE LANGUAGE plpython3u",
        "DO $$ BEGIN PERFORM 1 FROM reading; END $$",
        "SELECT * FROM pg_create_physical_replication_slot('leak')",
        "SELECT * FROM pg_create_logical_replication_slot('leak', 'test_decoding')",
        "SELECT add_job('secured.may_read', '1 hour')",
        "CALL run_job(1000)",
        "SECURITY LABEL ON TABLE reading IS 'x'",
        "COMMENT ON TABLE reading IS 'x'",
    ):
        yield Attempt("objects", form[:60], (form,), REFUSED, admin)
    shadow = ("SET search_path = pg_temp, public, secured", "SELECT * FROM reading LIMIT 1")
    yield Attempt("search_path", "tables of ours by another path", shadow, REFUSED, admin)
    yield Attempt(
        "search_path", "a path that starts elsewhere", ("SET search_path = mine", "SELECT * FROM public.reading"),
        REFUSED, admin,
    )  # fmt: skip


def _identity(world: World, admin: UUID, hidden: str) -> Iterator[Attempt]:
    look = f"SELECT * FROM secured.readings_after('{hidden}', '-infinity', 'infinity', 100)"
    people = "SELECT * FROM patients_patient"
    other = world.theirs.users["admin"]
    forged = (
        ("nothing", ""),
        ("the user's id", other),
        ("no signature", f"0.{other}.1.9999999999."),
        ("a made-up signature", f"0.{other}.1.9999999999.{'0' * 64}"),
        ("too few parts", f"{other}.{other}"),
        ("too many parts", f"0.{other}.1.9999999999.{'0' * 64}.x"),
        ("another pid", f"0.{other}.999999.9999999999.{'0' * 64}"),
        ("not a number", f"0.{other}.x.y.z"),
        ("a quote", f"0''{other}"),
    )
    for name, token in forged:
        for probe in (look, people):
            setting = f"SELECT set_config('saude.actor', '{token}', false)"
            yield Attempt("identity", f"{name}: {probe[:40]}", (setting, probe), NOTHING)
    genuine = "SELECT set_config('saude.actor', replace(current_setting('saude.actor'), '{0}', '{1}'), true)"
    swapped = genuine.format(admin, other)
    yield Attempt("identity", "a genuine token with another user in it", (swapped, look), NOTHING, admin)
    yield Attempt("identity", "the same, of people", (swapped, people), NOTHING, admin)
    yield Attempt("identity", "the keys", ("SELECT * FROM secured.actor_key",), REFUSED, admin)
    yield Attempt("identity", "a key of one's own",
                  ("INSERT INTO secured.actor_key VALUES ('0', '', '')",), REFUSED, admin)  # fmt: skip


def _functions(admin: UUID, researcher: UUID, clinician: UUID, world: World, hidden: str) -> Iterator[Attempt]:
    window = "'-infinity', 'infinity'"
    readers = (
        f"secured.reading_columns('{{0}}', {window})",
        f"secured.reading_sequence('{{0}}', {window})",
        f"secured.excluded_readings('{{0}}', {window})",
        f"secured.reading_sequence_as_of('{{0}}', {window}, 'infinity')",
        f"secured.excluded_readings_as_of('{{0}}', {window}, 'infinity')",
        f"secured.readings_after('{{0}}', {window}, 100)",
        f"secured.readings_before('{{0}}', {window}, 100)",
        f"secured.reading_batch('{{0}}', {window}, 100)",
        "secured.readings_at(ARRAY(SELECT '{0}'::uuid FROM generate_series(1, 2593)), ARRAY("
        "SELECT generate_series('2026-03-01 12:00Z'::timestamptz, '2026-03-10 12:00Z', '5 minutes')))",
        "secured.recent_readings(ARRAY['{0}']::uuid[], '-infinity')",
        "secured.readable(ARRAY['{0}']::uuid[])",
        "secured.days_of_aggregate('{0}', '2026-01-01', '2026-12-31')",
        "secured.days_of_readings('{0}', '2026-01-01', '2026-12-31')",
        "secured.stored_neighbours(ARRAY['{0}']::uuid[], '-infinity', 'infinity')",
        f"secured.reading_times('{{0}}', {window})",
        "secured.count_readings('{0}', ARRAY['-infinity'::timestamptz], ARRAY['infinity'::timestamptz])",
        "secured.ledgers_touched(ARRAY['{0}']::uuid[], ARRAY['2026-03-01'::timestamptz],"
        " ARRAY['2026-03-02'::timestamptz], ARRAY[true])",
    )
    askers = (
        ("nobody", None, hidden),
        ("our administrator", admin, hidden),
        ("our researcher", researcher, world.ours.patients["cared"]),
        ("our clinician, of one who is not in their care", clinician, world.ours.patients["uncared"]),
        ("our administrator, of one who is deleted", admin, world.ours.patients["deleted"]),
    )
    for who, actor, patient in askers:
        for reader in readers:
            call = reader.format(patient)
            statement = f"SELECT * FROM {call} AS found WHERE found::text !~ '^\\(?[,0]*\\)?$'"
            yield Attempt("functions", f"{call.split('(')[0]} by {who}", (statement,), NOTHING, actor)
    yield Attempt("functions", "lock theirs", (f"SELECT secured.lock_patients(ARRAY['{hidden}']::uuid[])",), NOTHING,
                  admin)  # fmt: skip
    for form in (
        "SELECT query_to_xml('SELECT * FROM reading', true, true, '')",
        "SELECT table_to_xml('reading', true, true, '')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('.')",
        "SELECT lo_import('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "COPY work_lease FROM '/etc/passwd'",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' OR backend_type <> ''",
        "SELECT secured.require_writable(ARRAY[]::uuid[])",
        "SELECT * FROM pgrowlocks('reading')",
        "SELECT * FROM heap_page_items(get_raw_page('reading', 0))",
    ):
        yield Attempt("functions", form[:60], (form,), REFUSED, admin)


def _side_channels(admin: UUID, internal: list[str], hidden: str) -> Iterator[Attempt]:
    for form in (
        "SELECT * FROM patients_patient WHERE name::int = 1",
        "SELECT * FROM patients_patient WHERE 1 / (length(name) - length(name)) = 1",
        f"SELECT * FROM patients_patient WHERE CAST(id::text AS int) = 1 OR id = '{hidden}'",
        "SELECT count(*) FROM patients_patient WHERE xpath('/' || name, '<a/>') IS NOT NULL",
        "SELECT * FROM latest_reading WHERE 1 / (mg_dl - mg_dl) = 1",
        f"INSERT INTO patients_patient (id, clinic_id) VALUES ('{hidden}', '{hidden}')",
        f"INSERT INTO patients_careassignment (id, user_id, patient_id, since)"
        f" VALUES (gen_random_uuid(), '{admin}', '{hidden}', now())",
    ):
        yield Attempt("error messages", form[:70], (form,), OURS, admin)
    for form in (
        "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM patients_patient",
        "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM latest_reading",
        "SELECT database_to_xml(true, true, '')",
        f"EXPLAIN (VERBOSE) SELECT * FROM patients_patient WHERE id = '{hidden}'",
        f"EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM secured.readings_after('{hidden}', '-infinity', 'infinity', 100)",
    ):
        yield Attempt("explain", form[:70], (form,), OURS, admin)
    for form in (
        "SELECT * FROM pg_stats WHERE tablename IN ('reading', 'patients_patient', 'latest_reading')",
        "SELECT * FROM pg_stats WHERE schemaname = '_timescaledb_internal' AND tablename !~ '^bgw_'",
        "SELECT * FROM pg_stats_ext",
        "SELECT * FROM pg_stats_ext_exprs",
        "SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query NOT LIKE '<insuff%'"
        " AND query <> ''",
        "SELECT * FROM pg_prepared_statements",
        "SELECT * FROM pg_cursors WHERE NOT statement LIKE '%pg_cursors%'",
        "SELECT * FROM pg_prepared_xacts",
        "SELECT * FROM pg_largeobject_metadata",
    ):
        yield Attempt("statistics", form[:70], (form,), NOTHING, admin)
    for table in internal:
        yield Attempt("statistics", f"pg_stats of {table}",
                      (f"SELECT * FROM pg_stats WHERE format('%I.%I', schemaname, tablename) = '{table}'",), NOTHING,
                      admin)  # fmt: skip


def _writing(world: World, admin: UUID, researcher: UUID, clinician: UUID, hidden: str, own: str) -> Iterator[Attempt]:
    theirs, ours = world.theirs, world.ours
    task = (
        "INSERT INTO work_task"
        " (id, kind, queue, status, progress, attempts, error, created_at, actor, arguments, owner_id)"
        " VALUES (gen_random_uuid(), 'x', 'default', 'pending', 0, 0, '', now(),"
    )
    bulk = task.replace("'default'", "'bulk'")
    password = "UPDATE accounts_user SET password = 'x' WHERE id = '{0}' RETURNING 1"
    member = "INSERT INTO accounts_membership (user_id, clinic_id, role) VALUES ('{0}', '{1}', 'admin') RETURNING 1"
    role = "UPDATE accounts_membership SET {0} WHERE user_id = '{1}' RETURNING 1"
    operator = "UPDATE accounts_user SET {0} = true WHERE id = '{1}' RETURNING 1"
    event = (
        "INSERT INTO glucose_accountevent (id, account_id, at, state, detail, user_id)"
        " VALUES (gen_random_uuid(), '{0}', now(), 'active', '', '{1}') RETURNING 1"
    )
    targets = (
        "INSERT INTO patients_patienttargets (id, patient_id, target_set, since, set_by_id)"
        " VALUES (gen_random_uuid(), '{0}', '{1}', {2}, {3}) RETURNING 1"
    )
    custom = (
        "INSERT INTO patients_patienttargets"
        " (id, patient_id, target_set, low_mg_dl, high_mg_dl, goals, since, set_by_id)"
        " VALUES (gen_random_uuid(), '{0}', 'custom', 80, 160, '{{}}', now(), '{1}') RETURNING 1"
    )
    gaps = (
        "SELECT secured.replace_gaps('{0}', ARRAY[]::uuid[], ARRAY[gen_random_uuid()],"
        " ARRAY['2025-01-01'::timestamptz], ARRAY['2025-01-02'::timestamptz],"
        " ARRAY['lost'], ARRAY['phone'], ARRAY[now()], ARRAY[NULL]::timestamptz[],"
        " ARRAY[0], ARRAY[NULL]::timestamptz[])"
    )
    exclusion = (
        'INSERT INTO glucose_exclusion (id, patient_id, start, "end", reason, note, author_id, created_at)'
        " VALUES (gen_random_uuid(), '{0}', '2026-03-01', '2026-03-02', 'other', '', '{1}', now()) RETURNING 1"
    )
    treatment = (
        "INSERT INTO glucose_treatment"
        " (id, patient_id, time, utc_offset_minutes, kind, amount, unit, source, note, received_at)"
        " VALUES (gen_random_uuid(), '{0}', {1}, 0, 'basal', 1, 'U', 20, '', now()) RETURNING 1"
    )
    note = (
        "WITH made AS (SELECT gen_random_uuid() AS id) INSERT INTO patients_note (id, patient_id)"
        " SELECT id, '{0}' FROM made RETURNING 1"
    )
    version = (
        "INSERT INTO patients_noteversion (id, note_id, text, author_id, written_at)"
        " VALUES (gen_random_uuid(), '{0}', '', '{1}', now()) RETURNING 1"
    )
    review = (
        "INSERT INTO patients_review (id, patient_id, reviewed_at, reviewed_on, reviewer_id, outcome, note, next_on,"
        " next_by_cadence)"
        " VALUES (gen_random_uuid(), '{0}', now(), '2026-03-01', '{1}', 'other', '', '2026-03-02', true) RETURNING 1"
    )
    cadence = "UPDATE patients_patientcadence SET kind = 'monthly', set_by_id = '{1}' WHERE {0} RETURNING 1"
    rules = "UPDATE patients_clinicreviews SET kind = 'monthly', set_by_id = '{1}' WHERE clinic_id = '{0}' RETURNING 1"
    note_removed = "UPDATE patients_note SET removed_at = now(), removed_by_id = '{1}' WHERE id = '{0}' RETURNING 1"
    patient_user, service = ours.users["patient"], ours.users["every scope"]
    removal = (
        "INSERT INTO glucose_treatmentremoval (id, treatment_id, reason, removed_at, removed_by_id)"
        " VALUES (gen_random_uuid(), '{0}', '', now(), '{1}') RETURNING 1"
    )
    restored = (
        "UPDATE glucose_treatmentremoval SET restored_at = now(), restored_by_id = '{1}'"
        " WHERE treatment_id = '{0}' RETURNING 1"
    )
    file = (
        "INSERT INTO glucose_importfile (id, uploaded_by_id, created_at)"
        " VALUES (gen_random_uuid(), '{0}', now()) RETURNING 1"
    )
    cancelled = "SELECT 1 WHERE secured.cancel_import('{0}', now())"
    begun = "UPDATE glucose_import SET state = 'waiting', dry_run = false WHERE id = '{0}' RETURNING 1"
    undone = "UPDATE glucose_exclusion SET undone_at = now(), undone_by_id = '{1}' WHERE id = '{0}' RETURNING 1"
    attempts = (
        ("an operator by oneself", operator.format("is_staff", admin), admin),
        ("an operator by oneself, with all rights", operator.format("is_superuser", admin), admin),
        ("our session to their administrator", f"UPDATE accounts_session SET user_id = '{theirs.users['admin']}'"
         f" WHERE id = '{ours.sessions['researcher']}' RETURNING 1", None),
        ("a session of theirs", "INSERT INTO accounts_session (id, user_id, refresh_id, created_at, last_used_at,"
         " expires_at, revoked_because, user_agent, address) VALUES (gen_random_uuid(),"
         f" '{theirs.users['admin']}', gen_random_uuid(), now(), now(), now(), '', '', '') RETURNING 1", admin),
        ("a passkey of theirs", "INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES"
         f" ('{theirs.users['admin']}', 'webauthn', '{{}}', now()) RETURNING 1", admin),
        ("our vendor's person to their patient", f"UPDATE glucose_vendorpatient SET patient_id = '{hidden}'"
         " RETURNING 1", admin),
        ("an operator as nobody", operator.format("is_staff", admin), None),
        ("somebody's password as nobody", password.format(theirs.users["admin"]), None),
        ("their administrator's password", password.format(theirs.users["admin"]), admin),
        ("our administrator's password by a researcher", password.format(admin), researcher),
        ("our administrator's password by a clinician", password.format(admin), clinician),
        ("into their clinic as nobody", role.format(f"clinic_id = '{theirs.clinic}'", admin), None),
        ("into their clinic", role.format(f"clinic_id = '{theirs.clinic}'", admin), admin),
        ("an administrator by oneself", role.format("role = 'admin'", researcher), researcher),
        ("an administrator by oneself, a clinician", role.format("role = 'admin'", clinician), clinician),
        ("a new member of theirs", member.format(researcher, theirs.clinic), admin),
        ("a new user as nobody", "INSERT INTO accounts_user (id) VALUES (gen_random_uuid()) RETURNING 1", None),
        ("all clinicians see all, as nobody", "UPDATE accounts_clinic SET clinicians_see_all = true RETURNING 1", None),
        ("all clinicians see all, by one", "UPDATE accounts_clinic SET clinicians_see_all = true RETURNING 1",
         clinician),
        ("their clinic's setting", f"UPDATE accounts_clinic SET clinicians_see_all = true WHERE id = '{theirs.clinic}'"
         " RETURNING 1", admin),
        ("a patient of ours to them", f"UPDATE patients_patient SET clinic_id = '{theirs.clinic}' WHERE id = '{own}'"
         " RETURNING 1", admin),
        ("a patient of theirs to us", f"UPDATE patients_patient SET clinic_id = '{ours.clinic}' WHERE id = '{hidden}'"
         " RETURNING 1", admin),
        ("their patient into our care", "INSERT INTO patients_careassignment (id, user_id, patient_id, since) VALUES"
         f" (gen_random_uuid(), '{clinician}', '{hidden}', now()) RETURNING 1", clinician),
        ("a colleague's patient into our own care", "INSERT INTO patients_careassignment (id, user_id, patient_id,"
         f" since) VALUES (gen_random_uuid(), '{ours.users['unassigned']}', '{own}', now()) RETURNING 1",
         UUID(ours.users["unassigned"])),
        ("their account into our clinic", f"UPDATE glucose_sourceaccount SET clinic_id = '{ours.clinic}'"
         f" WHERE clinic_id = '{theirs.clinic}' RETURNING 1", admin),
        ("their vendor's person to us", "UPDATE glucose_vendorpatient SET account_id ="
         f" '{ours.accounts['account']}' WHERE account_id = '{theirs.accounts['account']}' RETURNING 1", admin),
        ("a visit to their account", f"{task} 'sync_account',"
         f" '{{\"account_id\": \"{theirs.accounts['account']}\"}}', '{admin}') RETURNING 1", admin),
        ("a consent for their account", f"{task} 'accept_terms',"
         f" '{{\"account_id\": \"{theirs.accounts['waiting']}\", \"user_id\": \"{admin}\"}}', '{admin}') RETURNING 1",
         admin),
        ("a consent in a colleague's name", f"{task} 'accept_terms',"
         f" '{{\"account_id\": \"{ours.accounts['waiting']}\", \"user_id\": \"{clinician}\"}}', '{admin}') RETURNING 1",
         admin),
        ("a consent in the administrator's name, by a clinician", f"{task} 'accept_terms',"
         f" '{{\"account_id\": \"{ours.accounts['waiting']}\", \"user_id\": \"{admin}\"}}', '{clinician}') RETURNING 1",
         clinician),
        ("a consent by a clinician", f"{task} 'accept_terms',"
         f" '{{\"account_id\": \"{ours.accounts['waiting']}\", \"user_id\": \"{clinician}\"}}', '{clinician}')"
         " RETURNING 1", clinician),
        ("a rebuild of their patient", f"{bulk} 'rebuild_state', '{{\"patient_id\": \"{hidden}\"}}', '{admin}')"
         " RETURNING 1", admin),
        ("a rebuild by a clinician", f"{bulk} 'rebuild_state', '{{\"patient_id\": \"{own}\"}}', '{clinician}')"
         " RETURNING 1", clinician),
        ("targets of theirs", targets.format(hidden, "t1_t2", "now()", f"'{admin}'"), admin),
        ("targets in a colleague's name", targets.format(own, "t1_t2", "now()", f"'{clinician}'"), admin),
        ("targets in nobody's name", targets.format(own, "t1_t2", "now()", "NULL"), admin),
        ("targets by who may only read", targets.format(own, "t1_t2", "now()", f"'{ours.users['patient']}'"),
         UUID(ours.users["patient"])),
        ("targets of a patient's own by a service", custom.format(own, ours.users["every scope"]),
         UUID(ours.users["every scope"])),
        ("targets, changed", "UPDATE patients_patienttargets SET since = now() RETURNING 1", admin),
        ("targets, forgotten", "DELETE FROM patients_patienttargets RETURNING 1", admin),
        ("a gap of theirs", gaps.format(hidden), admin),
        ("a gap by who may only read", gaps.format(own), UUID(ours.users["patient"])),
        ("a gap past the function", f"UPDATE glucose_gap SET state = 'filled' WHERE patient_id = '{own}' RETURNING 1",
         admin),
        ("a gap of theirs away", f"DELETE FROM glucose_gap WHERE patient_id = '{hidden}' RETURNING 1", admin),
        ("an exclusion of theirs", exclusion.format(hidden, admin), admin),
        ("an exclusion in a colleague's name", exclusion.format(own, clinician), admin),
        ("an exclusion in nobody's name", exclusion.format(own, admin), None),
        ("an exclusion by who may only read", exclusion.format(own, ours.users["patient"]),
         UUID(ours.users["patient"])),
        ("an exclusion by a program", exclusion.format(own, ours.users["every scope"]),
         UUID(ours.users["every scope"])),
        ("an exclusion of a colleague's patient", exclusion.format(ours.patients["uncared"], clinician), clinician),
        ("an exclusion from before time", exclusion.replace("'2026-03-01'", "'-infinity'").format(own, admin), admin),
        ("an exclusion of theirs, undone", undone.format(theirs.exclusions["cared"], admin), admin),
        ("an exclusion, undone in a colleague's name", undone.format(ours.exclusions["cared"], clinician), admin),
        ("an exclusion, undone by who may only read",
         undone.format(ours.exclusions["cared"], ours.users["patient"]), UUID(ours.users["patient"])),
        ("an exclusion, changed", "UPDATE glucose_exclusion SET note = '' RETURNING 1", admin),
        ("an exclusion, backdated", "UPDATE glucose_exclusion SET created_at = '2020-01-01' RETURNING 1", admin),
        ("an exclusion, forgotten", "DELETE FROM glucose_exclusion RETURNING 1", admin),
        ("a treatment of theirs", treatment.format(hidden, "now()"), admin),
        ("a treatment by who may only read", treatment.format(own, "now()"), UUID(ours.users["patient"])),
        ("a treatment by nobody", treatment.format(own, "now()"), None),
        ("a treatment of a colleague's patient", treatment.format(ours.patients["uncared"], "now()"), clinician),
        ("a treatment of no time", treatment.format(own, "'infinity'"), admin),
        ("a treatment, changed", "UPDATE glucose_treatment SET amount = 1 RETURNING 1", admin),
        ("a treatment, forgotten", "DELETE FROM glucose_treatment RETURNING 1", admin),
        ("a treatment of theirs, taken back", removal.format(theirs.treatments["cared"], admin), admin),
        ("a treatment, taken back in a colleague's name", removal.format(ours.treatments["cared"], clinician), admin),
        ("a treatment, taken back by who may only read",
         removal.format(ours.treatments["cared"], ours.users["patient"]), UUID(ours.users["patient"])),
        ("a treatment, taken back by a program",
         removal.format(ours.treatments["cared"], ours.users["every scope"]), UUID(ours.users["every scope"])),
        ("a treatment, restored in a colleague's name", restored.format(ours.treatments["cared"], clinician), admin),
        ("a treatment of theirs, restored", restored.format(theirs.treatments["cared"], admin), admin),
        ("who took a treatment back, changed",
         f"UPDATE glucose_treatmentremoval SET removed_by_id = '{clinician}' RETURNING 1", admin),
        ("who took a treatment back, forgotten", "DELETE FROM glucose_treatmentremoval RETURNING 1", admin),
        ("a note of theirs", note.format(hidden), admin),
        ("a note by its patient", note.format(own), UUID(patient_user)),
        ("a note by a program", note.format(own), UUID(service)),
        ("a note of a colleague's patient", note.format(ours.patients["uncared"]), clinician),
        ("a note's text, changed", "UPDATE patients_noteversion SET text = '' RETURNING 1", admin),
        ("a note's text, forgotten", "DELETE FROM patients_noteversion RETURNING 1", admin),
        ("a text in a colleague's name", version.format(ours.notes["cared"], clinician), admin),
        ("a text of their note", version.format(theirs.notes["cared"], admin), admin),
        ("a note, forgotten", "DELETE FROM patients_note RETURNING 1", admin),
        ("a note, of another patient", f"UPDATE patients_note SET patient_id = '{own}' RETURNING 1", admin),
        ("a note, removed in a colleague's name", note_removed.format(ours.notes["cared"], clinician), admin),
        ("a note of theirs, removed", note_removed.format(theirs.notes["cared"], admin), admin),
        ("notes read by their patient", "SELECT * FROM patients_note", UUID(patient_user)),
        ("what notes say read by their patient", "SELECT * FROM patients_noteversion", UUID(patient_user)),
        ("reviews read by their patient", "SELECT * FROM patients_review", UUID(patient_user)),
        ("reviews read by a program", "SELECT * FROM patients_review", UUID(service)),
        ("how a clinic reviews, read by a researcher", "SELECT * FROM patients_clinicreviews", researcher),
        ("a review of theirs", review.format(hidden, admin), admin),
        ("a review in a colleague's name", review.format(own, clinician), admin),
        ("a review by its patient", review.format(own, patient_user), UUID(patient_user)),
        ("a review by a program", review.format(own, service), UUID(service)),
        ("a review of a colleague's patient", review.format(ours.patients["uncared"], clinician), clinician),
        ("a review, changed", "UPDATE patients_review SET outcome = 'other' RETURNING 1", admin),
        ("a review, forgotten", "DELETE FROM patients_review RETURNING 1", admin),
        ("a cadence of theirs", cadence.format(f"patient_id = '{hidden}'", admin), admin),
        ("a cadence in a colleague's name", cadence.format(f"patient_id = '{own}'", clinician), admin),
        ("a cadence by its patient", cadence.format("true", patient_user), UUID(patient_user)),
        ("how their clinic reviews", rules.format(theirs.clinic, admin), admin),
        ("how our clinic reviews, by a clinician", rules.format(ours.clinic, clinician), clinician),
        ("a file in a colleague's name", file.format(clinician), admin),
        ("a file by who may only read", file.format(ours.users["patient"]), UUID(ours.users["patient"])),
        ("what stands in a file", "SELECT content FROM glucose_importpiece", admin),
        ("a piece of a colleague's file", "INSERT INTO glucose_importpiece (id, file_id, number, content)"
         f" SELECT gen_random_uuid(), file_id, 9, '' FROM glucose_import WHERE id = '{ours.imports['cared']}'"
         " RETURNING 1", clinician),
        ("a file that is being imported, away", "DELETE FROM glucose_importfile RETURNING 1", admin),
        ("an import of theirs, begun", begun.format(theirs.imports["cared"]), admin),
        ("an import of theirs, cancelled", cancelled.format(theirs.imports["cared"]), admin),
        ("an import, cancelled by who may only read", cancelled.format(ours.imports["cared"]),
         UUID(ours.users["patient"])),
        ("an import of a colleague's patient, cancelled", cancelled.format(ours.imports["uncared"]), clinician),
        ("an import, cancelled without its task", "UPDATE glucose_import SET state = 'cancelled' RETURNING 1", admin),
        ("an import, begun by who may only read", begun.format(ours.imports["cared"]), UUID(ours.users["patient"])),
        ("an import of a colleague's patient, begun", begun.format(ours.imports["uncared"]), clinician),
        ("an import of another patient", f"UPDATE glucose_import SET patient_id = '{own}' RETURNING 1", admin),
        ("what an import counted, changed", "UPDATE glucose_import SET stored = 1 RETURNING 1", admin),
        ("an import, done without being stored", "UPDATE glucose_import SET state = 'done' RETURNING 1", admin),
        ("an import, forgotten", "DELETE FROM glucose_import RETURNING 1", admin),
        ("what was refused of a file, changed", "UPDATE glucose_importrefusals SET lines = '[]' RETURNING 1", admin),
        ("flags of theirs", f"SELECT secured.settle_exclusions('{hidden}', '-infinity', 'infinity', now())", admin),
        ("flags by who may only read", f"SELECT secured.settle_exclusions('{own}', '-infinity', 'infinity', now())",
         UUID(ours.users["patient"])),
        ("what is excluded of theirs, past who asks",
         f"SELECT * FROM secured.excluded_ranges(ARRAY['{hidden}']::uuid[])", admin),
        ("what was excluded of theirs, past who asks",
         f"SELECT nullif(secured.excluded_as_of('{hidden}', now()), '{{}}'::tstzmultirange)", admin),
        ("a ledger", f"UPDATE glucose_gapledger SET since = now() WHERE patient_id = '{hidden}' RETURNING 1", admin),
        ("the history of their account", event.format(theirs.accounts["account"], admin), admin),
        ("our history in a colleague's name", event.format(ours.accounts["account"], clinician), admin),
        ("our history in nobody's name", event.replace("'{1}'", "NULL").format(ours.accounts["account"]), admin),
        ("our history, changed", "UPDATE glucose_accountevent SET detail = 'x' RETURNING 1", admin),
        ("our history, forgotten by a clinician", "DELETE FROM glucose_accountevent RETURNING 1", clinician),
        ("what was set aside, changed", "UPDATE glucose_setaside SET reason = 'x' RETURNING 1", admin),
        ("what was set aside, forgotten by a clinician", "DELETE FROM glucose_setaside RETURNING 1", clinician),
        ("what was set aside of theirs", "DELETE FROM glucose_setaside"
         f" WHERE account_id = '{theirs.accounts['account']}' RETURNING 1", admin),
        ("an actor of one's choice", f"{task} 'apply_retention', '{{}}', '{admin}') RETURNING 1", admin),
        ("their task", f"UPDATE work_task SET owner_id = '{admin}' WHERE id = '{theirs.tasks['admin']}' RETURNING 1",
         admin),
        ("readings of theirs", "SELECT secured.insert_readings("
         f"ARRAY['{hidden}']::uuid[], ARRAY[now()], ARRAY[100]::smallint[], ARRAY[0]::smallint[],"
         " ARRAY[5]::smallint[], ARRAY[0]::smallint[], ARRAY[1]::smallint[],"
         " ARRAY['00000000-0000-0000-0000-000000000000']::uuid[], ARRAY[0]::smallint[], {received})", admin),
        ("readings by who may only read", "SELECT secured.insert_readings("
         f"ARRAY['{own}']::uuid[], ARRAY[now()], ARRAY[100]::smallint[], ARRAY[0]::smallint[],"
         " ARRAY[5]::smallint[], ARRAY[0]::smallint[], ARRAY[1]::smallint[],"
         " ARRAY['00000000-0000-0000-0000-000000000000']::uuid[], ARRAY[0]::smallint[], {received})",
         UUID(ours.users["patient"])),
        ("the newest reading of theirs", f"UPDATE latest_reading SET mg_dl = 40 WHERE patient_id = '{hidden}'", admin),
        ("what is late of theirs", f"DELETE FROM late_range WHERE patient_id = '{hidden}'", admin),
    )  # fmt: skip
    yield Attempt(
        "writing", "a passkey of ours, given to them",
        ("INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
         f" VALUES ('{admin}', 'webauthn', '{{}}', now())",
         f"UPDATE mfa_authenticator SET user_id = '{theirs.users['admin']}' WHERE user_id = '{admin}' RETURNING 1"),
        NOTHING, admin,
    )  # fmt: skip
    yield Attempt(
        "writing", "an exclusion that was undone, standing again",
        (undone.format(ours.exclusions["cared"], admin),
         f"UPDATE glucose_exclusion SET undone_at = NULL, undone_by_id = NULL"
         f" WHERE id = '{ours.exclusions['cared']}' RETURNING 1"),
        NOTHING, admin,
    )  # fmt: skip
    yield Attempt(
        "writing", "a consent in a colleague's name, out of a visit",
        (f"{task} 'sync_account', '{{\"account_id\": \"{ours.accounts['waiting']}\"}}', '{admin}')",
         "UPDATE work_task SET actor = 'accept_terms', arguments = arguments ||"
         f" '{{\"user_id\": \"{clinician}\"}}' WHERE actor = 'sync_account' AND kind = 'x' RETURNING 1"),
        NOTHING, admin,
    )  # fmt: skip
    for name, statement, actor in attempts:
        yield Attempt("writing", name, (statement.replace("{received}", "ARRAY[1]"),), NOTHING, actor)


def tried(url: str, attempt: Attempt, token: Token, hidden: Iterable[str]) -> Result:
    """Try it on a session of its own, whose work is taken back; ``hidden`` is what must not be shown."""
    shown: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute("BEGIN")
            if attempt.actor is not None:
                named = token(connection, attempt.actor)
                connection.execute("SELECT set_config('saude.actor', %s, true)", [named])
            rows: list[Any] = []
            for statement in attempt.statements:
                rows = _rows(connection, statement)
                shown += [str(row) for row in rows]
            connection.execute("ROLLBACK")
        except psycopg.Error as error:
            return Result(attempt, _hidden([*shown, str(error)], attempt, hidden))
    if attempt.expected == REFUSED:
        return Result(attempt, "was not refused")
    if attempt.expected == NOTHING and rows:
        return Result(attempt, f"{len(rows)} rows, such as {str(rows[0])[:80]}")
    return Result(attempt, _hidden(shown, attempt, hidden))


def _rows(connection: psycopg.Connection[Any], statement: str) -> list[Any]:
    if statement.startswith("COPY") and "STDOUT" in statement:
        with connection.cursor().copy(statement.encode()) as copy:
            return list(copy.rows())
    cursor = connection.execute(statement.encode())
    return cursor.fetchall() if cursor.description else []


def _hidden(shown: list[str], attempt: Attempt, hidden: Iterable[str]) -> str | None:
    found = told("\n".join(shown), hidden, asked=" ".join(attempt.statements))
    return f"{found!r} was shown" if found else None


def told(text: str, hidden: Iterable[str], *, asked: str) -> str | None:
    """The first of the hidden things that the text tells; what was asked with itself is no news."""
    for secret in hidden:
        # A whole number: not a piece of a time or an id.
        if secret in text and secret not in asked and re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", text):
            return secret
    return None


def controls(url: str, world: World, token: Token) -> Iterator[Result]:
    """What must work, so that the refusals mean something: each reader, in the name of who may."""
    mine = world.ours.patients["cared"]
    for label in ("admin", "clinician", "service", "patient"):
        actor = UUID(world.ours.users[label])
        attempt = Attempt(
            "controls", f"{label} reads their own",
            (f"SELECT DISTINCT mg_dl FROM secured.readings_after('{mine}', '-infinity', 'infinity', 100)",),
            OURS, actor,
        )  # fmt: skip
        with psycopg.connect(url) as connection:
            connection.execute("SELECT set_config('saude.actor', %s, true)", [token(connection, actor)])
            found = connection.execute(attempt.statements[0].encode()).fetchall()
            people = connection.execute("SELECT id FROM patients_patient").fetchall()
        right = found == [(OWN_MG_DL,)] and (UUID(mine),) in people
        yield Result(attempt, None if right else f"sees {found} and {len(people)} people")
