"""Logging in: redirects to the account's region, wrong passwords, locks, and documents to accept."""

from typing import Any

from simulator.accounts import Account, normalised
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer, Request
from simulator.instants import SECOND_MS
from simulator.lockout import locked_body
from simulator.tokens import Ticket
from simulator.vendor.gate import TOKEN_REFUSED
from simulator.world import World

BAD_CREDENTIALS = Answer({"status": 2, "error": {"message": "notAuthenticated"}})
BAD_REQUEST = Answer({"message": "BadRequest"}, 400)
TITLES = {"tou": "Common.termsOfUse", "pp": "Common.privacyPolicy"}


def login(world: World, request: Request) -> Answer:
    """Answer ``POST /llu/auth/login``."""
    try:
        fields = Fields(request.json)
        email, password = normalised(fields.text("email")), fields.text("password")
    except InvalidError:
        return BAD_REQUEST
    account = world.accounts.get(email)
    if account is None:
        return BAD_CREDENTIALS
    with world.lock:
        seconds = world.lockout.locked_seconds(email, now_ms=world.clock.now_ms())
        if seconds is not None:
            return locked(seconds)
        if account.region != request.region:
            return redirect(account.region)
        return _with_password(world, account, password)


def locked(seconds: int) -> Answer:
    """The refusal of a login during a lock; noted, so that the log tells how many there were."""
    return Answer(locked_body(seconds)).hit_by("lock")


def redirect(region: str) -> Answer:
    """The answer to a login that belongs elsewhere."""
    return Answer({"status": 0, "data": {"redirect": True, "region": region}})


def take_step(world: World, request: Request, step: str) -> Answer:
    """Answer ``POST /auth/continue/{step}``: a human accepted a document. The step's token is used up."""
    token = request.bearer
    with world.lock:
        grant = world.grant(token) if token else None
        if token is None or grant is None or not grant.is_for_step:
            return TOKEN_REFUSED
        account = world.account(grant.account)
        if account.steps and account.steps[0] == step:
            account = world.take_step(account.email, step)
        world.revoke(token)
        return _signed_in_or_next_step(world, account)


def _with_password(world: World, account: Account, password: str) -> Answer:
    if not account.has_password(password):
        world.lockout.failed(account.email, now_ms=world.clock.now_ms())
        return BAD_CREDENTIALS
    world.lockout.succeeded(account.email)
    return _signed_in_or_next_step(world, account)


def _signed_in_or_next_step(world: World, account: Account) -> Answer:
    if account.steps:
        return step_answer(world, account, account.steps[0])
    ticket = world.issue(account.email, is_for_step=False)
    return Answer({"status": 0, "data": _login_data(account, ticket, world.clock.now_ms())})


def step_answer(world: World, account: Account, step: str) -> Answer:
    """The answer to a login that a human has to complete by a step."""
    ticket = world.issue(account.email, is_for_step=True)
    return Answer({"status": 4, "data": _step_data(account, step, ticket)})


def _step_data(account: Account, step: str, ticket: Ticket) -> dict[str, Any]:
    document = {
        "componentName": "AcceptDocument",
        "props": {"reaccept": True, "titleKey": TITLES.get(step, ""), "type": step},
    }
    return {
        "step": {"type": step, **(document if step in TITLES else {})},
        "user": {"accountType": "pat", "country": account.country, "uiLanguage": "en-US"},
        "authTicket": ticket.body(),
    }


def _login_data(account: Account, ticket: Ticket, now_ms: int) -> dict[str, Any]:
    return {
        "user": _user(account, now_ms),
        "messages": {"unread": 0},
        "notifications": {"unresolved": 0},
        "authTicket": ticket.body(),
        "invitations": [],
        "trustedDeviceToken": "",
    }


def _user(account: Account, now_ms: int) -> dict[str, Any]:
    created = account.created_ms // SECOND_MS
    return {
        "id": account.id,
        "firstName": "Clinic",
        "lastName": "Follower",
        "email": account.email,
        "country": account.country,
        "uiLanguage": "en-US",
        "communicationLanguage": "en-US",
        "accountType": "pat",
        "uom": "1",
        "dateFormat": "2",
        "timeFormat": "2",
        "emailDay": [1],
        "system": {"messages": _messages_seen(created)},
        "details": {},
        "created": created,
        "lastLogin": now_ms // SECOND_MS,
        "programs": {},
        "dateOfBirth": 0,
        "practices": {},
        "devices": {},
        "consents": _consents(created),
    }


def _consents(created: int) -> dict[str, Any]:
    return {
        "llu": {"policyAccept": created, "touAccept": created},
        "realWorldEvidence": {"policyAccept": created, "touAccept": 0, "history": []},
    }


def _messages_seen(created: int) -> dict[str, Any]:
    names = ("firstUsePhoenix", "firstUsePhoenixReportsDataMerged", "lluGettingStartedBanner")
    more = ("lluNewFeatureModal", "lluOnboarding")
    return {**dict.fromkeys((*names, *more), created), "lvWebPostRelease": "3.9.47"}
