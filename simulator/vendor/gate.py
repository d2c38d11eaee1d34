"""What every vendor request has to carry: product, version and, after the login, token and account id."""

from typing import Any

from simulator.accounts import Account
from simulator.http_message import Answer, Request
from simulator.world import World

MINIMUM_VERSION = "4.16.0"
PRODUCTS = ("llu.android", "llu.ios")

HEADER_MISSING = Answer({"message": "RequiredHeaderMissing"}, 400)
TOKEN_REFUSED = Answer({"message": "invalid or expired jwt"}, 401)
OTHER_ACCOUNT_ID = Answer({"message": "MissingCachedUser"}, 401)


def refusal(request: Request) -> Answer | None:
    """The answer to a request without the right product or version; None when it may pass."""
    if request.headers.get("product") not in PRODUCTS or not request.headers.get("version"):
        return HEADER_MISSING
    if is_below(request.headers["version"], MINIMUM_VERSION):
        return version_too_low(MINIMUM_VERSION)
    return None


def is_below(version: str, minimum: str) -> bool:
    """Whether a client's version is older than the oldest that is served."""
    return _version(version) < _version(minimum)


def version_too_low(minimum: str) -> Answer:
    """The answer to a client whose version is too old."""
    return Answer({"data": {"minimumVersion": minimum}, "status": 920}, 403)


def signed_in(world: World, request: Request) -> Account | Answer:
    """The account whose data token and account id the request carries, or the refusal."""
    grant = world.grant(request.bearer) if request.bearer else None
    if grant is None or grant.is_for_step:
        return TOKEN_REFUSED
    account_id = request.headers.get("account-id")
    if not account_id:
        return HEADER_MISSING
    account = world.account(grant.account)
    return account if account_id.lower() == account.id_digest else OTHER_ACCOUNT_ID


def ticket_body(world: World, request: Request) -> dict[str, Any] | None:
    """The ticket that accompanies every answer with data: the token that was sent, and its end."""
    grant = world.grant(request.bearer) if request.bearer else None
    if grant is None:
        return None
    duration_ms = grant.expires_ms - world.clock.now_ms()
    return {"token": request.bearer, "expires": grant.expires_ms // 1000, "duration": duration_ms}


def _version(text: str) -> tuple[int, ...]:
    """A version as numbers; anything else counts as the oldest."""
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
