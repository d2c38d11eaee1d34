"""Ways to become somebody else, to act as a higher role, or to make others do it, each tried as the application's role.

What they have in common: a row that somebody may write, and that somebody else believes.
"""

from collections.abc import Iterator
from uuid import UUID

from tests.security.escapes import NOTHING, Attempt
from tests.security.world import World

Tries = Iterator[tuple[str, str, str | None]]


def attempts(world: World) -> Iterator[Attempt]:
    """All of them."""
    for name, statement, actor in (
        *_signing_in(world),
        *_sessions(world),
        *_factors(world),
        *_providers(world),
        *_members(world),
        *_believed(world),
    ):
        yield Attempt("takeovers", name, (statement,), NOTHING, UUID(actor) if actor else None)


def attempts_of_operators(world: World) -> Iterator[Attempt]:
    """By the operators' role, which may switch users of every clinic off."""
    for column in ("password", "email", "username"):
        statement = f"UPDATE accounts_user SET {column} = 'x' WHERE id = '{world.theirs.users['admin']}' RETURNING 1"
        yield Attempt("the operators' role", f"the {column} of an administrator", (statement,), NOTHING)


def _signing_in(world: World) -> Tries:
    admin, clinician = world.ours.users["admin"], world.ours.users["clinician"]
    for column in ("password", "email", "username"):
        statement = f"UPDATE accounts_user SET {column} = 'x' WHERE id = '{clinician}' RETURNING 1"
        yield f"a clinician's {column} by our administrator", statement, admin
    own = f"UPDATE accounts_user SET email = 'x' WHERE id = '{clinician}' RETURNING 1"
    yield "an e-mail address of one's choice", own, clinician


def _sessions(world: World) -> Tries:
    ends = "UPDATE accounts_session SET revoked_at = now(), revoked_because = 'logout' WHERE id = '{0}' RETURNING 1"
    carries_on = "UPDATE accounts_session SET refresh_id = gen_random_uuid(), expires_at = 'infinity' WHERE id = '{0}'"
    ours, theirs = world.ours.sessions, world.theirs.sessions["admin"]
    for what, statement in {"end": ends, "carry on": f"{carries_on} RETURNING 1"}.items():
        yield f"{what} a session as nobody", statement.format(theirs), None
        yield f"{what} a session of theirs", statement.format(theirs), world.ours.users["admin"]
        yield f"{what} a colleague's session", statement.format(ours["admin"]), world.ours.users["researcher"]
    statement = f"{carries_on} RETURNING 1".format(ours["researcher"])
    yield "carry on a session of our researcher by our administrator", statement, world.ours.users["admin"]


def _factors(world: World) -> Tries:
    admin = world.ours.users["admin"]
    codes = "SELECT data FROM mfa_authenticator WHERE type = 'recovery_codes'"
    yield "recovery codes as nobody", codes, None
    yield "recovery codes of theirs", f"{codes} AND user_id = '{world.theirs.users['deactivated']}'", admin
    yield "a secret of somebody's app as one's own recovery code", (
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) SELECT"
        f" '{admin}', 'recovery_codes', jsonb_build_object('migrated_codes', jsonb_build_array(data -> 'secret')),"
        " now() FROM mfa_authenticator WHERE type = 'totp' LIMIT 1 RETURNING 1"
    ), admin  # fmt: skip
    yield "somebody's app from another time", "UPDATE mfa_authenticator SET created_at = 'infinity' RETURNING 1", None


def _providers(world: World) -> Tries:
    """What tells whom an identity provider means."""
    admin, theirs = world.ours.users["admin"], world.theirs.users["admin"]
    address = (
        "INSERT INTO account_emailaddress (email, verified, \"primary\", user_id) VALUES ('x@example.org', true, true,"
    )
    yield "an address of ours for their administrator, as nobody", f"{address} '{theirs}') RETURNING 1", None
    yield "an address of ours for their administrator", f"{address} '{theirs}') RETURNING 1", admin
    yield "forget a provider's person as nobody", "DELETE FROM socialaccount_socialaccount RETURNING 1", None
    yield "a provider's person to us", f"UPDATE socialaccount_socialaccount SET user_id = '{admin}' RETURNING 1", admin
    yield "another person's place", "UPDATE socialaccount_socialaccount SET uid = 'x' RETURNING 1", admin


def _members(world: World) -> Tries:
    """More than one's role, and others' users named by our rows."""
    ours, theirs = world.ours, world.theirs
    admin, clinician, key = ours.users["admin"], ours.users["clinician"], ours.users["patients:read"]
    link = "INSERT INTO accounts_invitation (user_id, invited_by_id, language, digest) VALUES ('{0}', '{1}', 'en', 'x')"
    yield "a link for a colleague's new password", f"{link} RETURNING 1".format(clinician, admin), admin
    outsider = theirs.users["outsider"]
    member = (
        f"INSERT INTO accounts_membership (user_id, clinic_id, role) VALUES ('{outsider}', '{ours.clinic}', 'admin')"
    )
    yield "somebody of no clinic into ours", f"{member} RETURNING 1", admin
    for change in ("scopes = '{patients:write}'", "expires_at = NULL", "digest = 'x'"):
        yield f"{change} by the key itself", f"UPDATE accounts_servicekey SET {change} RETURNING 1", key
    carer, patient = (
        ours.users["unassigned"],
        "UPDATE patients_patient SET deleted_at = {0} WHERE id = '{1}' RETURNING 1",
    )
    yield "somebody whom nobody cares for into one's own care", (
        "INSERT INTO patients_careassignment (id, user_id, patient_id, since)"
        f" VALUES (gen_random_uuid(), '{carer}', '{ours.patients['uncared']}', now()) RETURNING 1"
    ), carer  # fmt: skip
    yield "delete a patient by a key", patient.format("now()", ours.patients["cared"]), ours.users["every scope"]
    for label in ("every scope", "clinician", "admin"):
        yield f"a deleted patient back by {label}", patient.format("NULL", ours.patients["deleted"]), ours.users[label]
    invited = theirs.users["invited"]
    yield "a patient who is their user", f"UPDATE patients_patient SET user_id = '{invited}' RETURNING 1", clinician
    yield "a consent by their user", f"UPDATE patients_consent SET recorded_by_id = '{invited}' RETURNING 1", clinician
    for table in ("glucose_vendorpatient", "glucose_sourceaccount"):
        yield f"forget {table} by a clinician", f"DELETE FROM {table} RETURNING 1", clinician
    person = f"UPDATE glucose_vendorpatient SET patient_id = '{ours.patients['cared']}' RETURNING 1"
    yield "a vendor's person to one's own patient by a clinician", person, clinician


def _believed(world: World) -> Tries:
    """Rows that the worker reads together with those of every other clinic, or acts by."""
    admin, account = world.ours.users["admin"], world.ours.accounts["account"]
    host = "UPDATE glucose_sourceaccount SET region = 'x.example.org/' RETURNING 1"
    yield "the vendor's password to another host", host, admin
    yield "a clinic from before time", "UPDATE accounts_clinic SET created_at = '-infinity' RETURNING 1", admin
    task = (
        "INSERT INTO work_task (id, kind, status, progress, attempts, error, actor, owner_id, queue, created_at,"
        f" arguments) VALUES (gen_random_uuid(), 'x', 'pending', 0, 0, '', 'sync_account', '{admin}'"
    )
    wanted = f'"account_id": "{account}"'
    yield "a task from before time", f"{task}, 'default', '-infinity', '{{{wanted}}}') RETURNING 1", admin
    yield "a task of another queue", f"{task}, 'x', now(), '{{{wanted}}}') RETURNING 1", admin
    yield "a task with more arguments", f"{task}, 'default', now(), '{{{wanted}, \"delay_ms\": 1}}') RETURNING 1", admin
    none = "'{}', '{}', '{}', '{}', '{}', '{}', '{}'"
    patient = world.ours.patients["cared"]
    for first, last in (("-infinity", "now"), ("now", "infinity"), ("0001-01-01 BC", "now")):
        late = f"ARRAY['{patient}']::uuid[], ARRAY['{first}'::timestamptz], ARRAY['{last}'::timestamptz]"
        yield f"late readings from {first} to {last}", f"SELECT secured.note_ingest({none}, {late})", admin
    for instant in ("infinity", "4000-01-01 BC", "9999-01-01"):
        reading = (
            f"ARRAY['{patient}']::uuid[], ARRAY['{instant}'::timestamptz],"
            " '{100}', '{0}', '{5}', '{0}', '{1}',"
            " ARRAY['00000000-0000-0000-0000-000000000000']::uuid[], '{0}', '{1}'"
        )
        yield f"a reading of {instant}", f"SELECT secured.insert_readings({reading})", admin
