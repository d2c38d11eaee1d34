"""Dexcom Share over HTTP: pydexcom with our own timeouts, addresses and reading of refusals.

The vendor says no by status 500 and a code, by 200 with an empty id, or not at all; each has a state of its own.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import requests
import urllib3
from pydexcom import Dexcom, Region
from pydexcom.const import DEFAULT_UUID, DEXCOM_BASE_URLS, HEADERS

from glucose.sources.port import SourceRefused
from glucose.sources.retry_after import retry_after_seconds

REGIONS: Final = tuple(region.value for region in Region)
# A day of readings takes 30 kB.
MAX_ANSWER_BYTES: Final = 1_000_000
PIECE_BYTES: Final = 65_536
# It takes as long until the vendor lets an account sign in again after too many attempts.
LOCK_SECONDS: Final = 600.0
SESSION_CODES: Final = frozenset({"SessionIdNotFound", "SessionNotValid"})
# The vendor's spelling, and the one that it may have corrected.
LOCK_CODES: Final = frozenset({"SSO_AuthenticateMaxAttemptsExceeed", "SSO_AuthenticateMaxAttemptsExceeded"})
PASSWORD_CODES: Final = frozenset(
    {"AccountPasswordInvalid", "SSO_AuthenticatePasswordInvalid", "SSO_AuthenticateAccountNotFound"}
)
# Codes of other things too: what the message says decides.
PASSWORD_MESSAGES: Final = {
    "SSO_InternalError": ("Cannot Authenticate by Account",),
    "InvalidArgument": ("accountName", "password"),
}
WRONG: Final = "Dexcom Share says that the name or the password is wrong, or the account is of another region."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the vendor is: ``base_url`` with a place for ``{region}``, or empty for its own hosts."""

    base_url: str
    timeout_seconds: float

    def url(self, region: str) -> str:
        """The base address of a region."""
        root = self.base_url.format(region=region).rstrip("/")
        return f"{root}/ShareWebServices/Services/" if root else DEXCOM_BASE_URLS[Region(region)]


@dataclass(slots=True)
class Session:
    """What is remembered between visits; the vendor does not say how long its session lasts (about a day)."""

    region: str
    token: str = ""
    vendor_user_id: str = ""


class SessionRefused(SourceRefused):
    """The vendor does not know the session, or not any longer."""


class Client(Dexcom):
    """One visit to one account. Every failure is a SourceRefused with the account's new state."""

    def __init__(self, username: str, password: str, endpoint: Endpoint, session: Session) -> None:
        super().__init__(username=username, password=password, region=Region(session.region))
        self.endpoint = endpoint
        self.session = session
        self._base_url = endpoint.url(session.region)
        self._account_id = session.vendor_user_id or None
        self._session_id = session.token or None
        self._is_new = False

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def account(self, now: datetime) -> str:
        """The vendor's id of the account, after a login where no session can be tried."""
        self._now = now
        if not self._session_id or not self._account_id:
            self._sign_in()
        return self.session.vendor_user_id

    def readings(self, minutes: int) -> list[Any]:
        """The items of the last minutes, 1 to 1440, the newest first; one login where the session is refused."""
        try:
            items = self._get_glucose_readings(minutes)
        except SessionRefused:
            if self._is_new:
                raise
            self._sign_in()
            items = self._get_glucose_readings(minutes)
        if not isinstance(items, list):
            raise SourceRefused("unreachable", "Dexcom Share answered without a list of readings.")
        return items

    def _get_session(self) -> None:
        """The library would log in while it is constructed; here a login waits until one is needed."""

    def _sign_in(self) -> None:
        """Log in by the account's id, which is asked for where it is not known yet."""
        account_id = self.session.vendor_user_id or _id(self._get_account_id())
        self._account_id = account_id
        self._session_id = _id(self._get_session_id())
        self._is_new = True
        self.session.vendor_user_id, self.session.token = account_id, self._session_id

    def _post(self, endpoint: str, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None) -> Any:
        """The JSON of an answer that is one; SourceRefused otherwise."""
        try:
            status, headers, content = self._exchange(f"{self._base_url}{endpoint}", params, json or {})
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise SourceRefused("unreachable", f"Dexcom Share does not answer ({type(error).__name__}).") from None
        body = _json(content)
        wait = retry_after_seconds(headers.get("Retry-After"), self._now)
        if status == 429:
            raise SourceRefused("rate_limited", "Dexcom Share asks for fewer calls.", wait)
        if isinstance(body, dict) and "Code" in body:
            raise _refused(str(body["Code"]), str(body.get("Message")), wait)
        if status != 200 or body is None:
            raise SourceRefused("unreachable", f"Dexcom Share answered status {status} without usable data.", wait)
        return body

    def _exchange(
        self, url: str, params: Mapping[str, Any] | None, body: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and content; a body that trickles in has the same time as one that does not come."""
        timeout = self.endpoint.timeout_seconds
        until = time.monotonic() + timeout
        with self._session.post(
            url, params=params, json=body, headers=HEADERS, timeout=timeout, allow_redirects=False, stream=True
        ) as answer:
            content = bytearray()
            while piece := answer.raw.read1(PIECE_BYTES, decode_content=True):
                content += piece
                if len(content) > MAX_ANSWER_BYTES or time.monotonic() > until:
                    raise requests.Timeout
            return answer.status_code, answer.headers, bytes(content)


def _refused(code: str, message: str, wait: float | None) -> SourceRefused:
    """What a code of the vendor means for the account."""
    if code in SESSION_CODES:
        return SessionRefused("unreachable", "Dexcom Share refuses the session that it just gave.", wait)
    if code in LOCK_CODES:
        return SourceRefused("locked_out", "Dexcom Share takes no login after too many attempts.", wait or LOCK_SECONDS)
    if code in PASSWORD_CODES or any(part in message for part in PASSWORD_MESSAGES.get(code, ())):
        return SourceRefused("bad_credentials", WRONG)
    return SourceRefused("unreachable", f"Dexcom Share answered with its own code {code[:60]!r}.", wait)


def _id(told: Any) -> str:
    """An id of account or session; the empty one is how the vendor has said no to a password."""
    if told == DEFAULT_UUID:
        raise SourceRefused("bad_credentials", WRONG)
    try:
        return str(UUID(told))
    except (ValueError, AttributeError, TypeError):
        raise SourceRefused("unreachable", "Dexcom Share accepted the login but gave no id.") from None


def _json(content: bytes) -> Any:
    """The value, or None where it is no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
