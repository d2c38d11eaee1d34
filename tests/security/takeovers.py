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
    for name, statement, actor in (*_signing_in(world), *_sessions(world), *_factors(world), *_providers(world)):
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
