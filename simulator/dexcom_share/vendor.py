"""The vendor's three calls, each request answered and logged here."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from simulator.dexcom_share.accounts import Account
from simulator.dexcom_share.breaking import broken_items, broken_transport, refused_login
from simulator.dexcom_share.faults import Fault
from simulator.dexcom_share.readings import LONGEST_STEP_MS, items
from simulator.dexcom_share.refusals import NULL_ID, refusal
from simulator.dexcom_share.world import World
from simulator.fields import InvalidError
from simulator.http_message import Answer, Request
from simulator.instants import MINUTE_MS
from simulator.request_log import Entry, RequestLog

PATH = re.compile(r"/(us|ous|jp)/ShareWebServices/Services/(\w+/\w+)")
CALLS = {
    "General/AuthenticatePublisherAccount": "authenticate",
    "General/LoginPublisherAccountById": "login",
    "Publisher/ReadPublisherLatestGlucoseValues": "read",
}
MOST = {"minutes": 1440, "maxCount": 288}
NOT_FOUND = Answer(b"<html><body><h2>404 - File or directory not found.</h2></body></html>", 404)


class Vendor:
    """The vendor as its clients see it."""

    def __init__(self, *, world: World, log: RequestLog) -> None:
        self._world = world
        self._log = log
        self._calls: dict[str, Callable[[str, Mapping[str, Any], list[Fault]], Answer]] = {
            "authenticate": self._authenticate,
            "login": self._login,
            "read": self._read,
        }

    def respond(self, request: Request) -> Answer:
        """Answer a request and log it."""
        found = PATH.fullmatch(request.full_path)
        call = CALLS.get(found[2]) if found and request.method == "POST" else None
        told = _told(request)
        username = self._username(call, told)
        faults = self._world.faults.happening(call, username) if call else []
        answer = self._calls[call](found[1], told, faults) if found and call else NOT_FOUND
        answer = broken_transport(answer, faults)
        now_ms = self._world.clock.now_ms()
        kinds = ",".join(fault.kind for fault in faults) or None
        self._log.add(Entry(now_ms, username, request.method, request.full_path, answer.status, kinds))
        return answer

    def _authenticate(self, region: str, told: Mapping[str, Any], faults: list[Fault]) -> Answer:
        for name in ("accountName", "password"):
            if not isinstance(told.get(name), str) or not told[name]:
                return refusal("InvalidArgument", f"{name} must not be empty")
        account = self._world.accounts.get(told["accountName"])
        return refused_login(faults) or self._admitted(account, region, told) or Answer(account.id if account else "")

    def _login(self, region: str, told: Mapping[str, Any], faults: list[Fault]) -> Answer:
        if not _is_uuid(told.get("accountId")):
            return refusal("InvalidArgument", "accountId: expected a UUID")
        account = self._world.account_of_id(told["accountId"])
        refused = refused_login(faults) or self._admitted(account, region, told)
        return refused or Answer(self._world.new_session(account.username if account else ""))

    def _admitted(self, account: Account | None, region: str, told: Mapping[str, Any]) -> Answer | None:
        """A refusal that does not tell whether the name, the password or the region is wrong."""
        password = told.get("password")
        fits = account and account.region == region and isinstance(password, str) and account.has_password(password)
        return None if fits else refusal("AccountPasswordInvalid")

    def _read(self, region: str, told: Mapping[str, Any], faults: list[Fault]) -> Answer:
        session_id = str(told.get("sessionId", ""))
        if session_id == NULL_ID:
            return Answer(b"")
        for name, most in MOST.items():
            if not str(told.get(name)).isdecimal() or not 1 <= int(told[name]) <= most:
                return refusal("InvalidArgument", f"{name}: expected a number from 1 to {most}")
        session = self._world.session(session_id)
        if session is None or self._world.account(session.username).region != region:
            return refusal("SessionIdNotFound")
        now_ms = self._world.clock.now_ms()
        if session.expires_ms <= now_ms or any(fault.kind == "session_expired" for fault in faults):
            return refusal("SessionNotValid")
        account = self._world.account(session.username)
        found = self._items(account, now_ms - int(told["minutes"]) * MINUTE_MS, int(told["maxCount"]))
        return Answer(broken_items(account, found, faults))

    def _items(self, account: Account, start_ms: int, count: int) -> list[dict[str, Any]]:
        """The items since an instant; the reading before it gives the first one its trend."""
        shown = self._world.shown(account.username, start_ms - LONGEST_STEP_MS)
        asked_for = sum(reading.time_ms >= start_ms for reading in shown)
        return items(account, shown)[: min(asked_for, count)]

    def _username(self, call: str | None, told: Mapping[str, Any]) -> str | None:
        """Whose call it is; None where nobody's."""
        if call == "authenticate":
            name = told.get("accountName")
            return name if isinstance(name, str) and name in self._world.accounts else None
        if call == "login":
            account = self._world.account_of_id(str(told.get("accountId", "")))
            return account.username if account else None
        session = self._world.session(str(told.get("sessionId", "")))
        return session.username if session else None


def _told(request: Request) -> dict[str, Any]:
    """What the query and the JSON body say; a body that is no object says nothing."""
    try:
        body = request.json
    except InvalidError:
        body = None
    return dict(request.query) | (body if isinstance(body, dict) else {})


def _is_uuid(value: object) -> bool:
    try:
        uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True
