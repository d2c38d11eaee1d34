"""Dexcom Share over HTTP: pydexcom with our own timeouts, addresses and reading of refusals.

The vendor says no by status 500 and a code, by 200 with an empty id, or not at all; each has a state of its own.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from pydexcom import Dexcom, Region
from pydexcom.const import DEFAULT_UUID, DEXCOM_BASE_URLS, HEADERS

from glucose.account_states import AccountState
from glucose.sources.exchange import FAILURES, Limits, exchange
from glucose.sources.port import Session, SourceRefused, Visitor
from glucose.sources.retry_after import retry_after

REGIONS: Final = tuple(str(region.value) for region in Region)
# A day of readings takes 30 kB.
MAX_ANSWER_BYTES: Final = 1_000_000
# It takes as long until the vendor lets an account sign in again after too many attempts.
LOCK: Final = timedelta(minutes=10)
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


class SessionRefused(SourceRefused):
    """The vendor does not know the session, or not any longer."""


class Client(Dexcom):
    """One visit to one account. Every failure is a SourceRefused with the account's new state."""

    def __init__(self, username: str, password: str, endpoint: Endpoint, session: Session, visitor: Visitor) -> None:
        super().__init__(username=username, password=password, region=Region(session.region))
        self.endpoint = endpoint
        self.session = session
        self.visitor = visitor
        self._base_url = endpoint.url(session.region)
        self._account_id = session.vendor_user_id or None
        self._session_id = session.token or None
        self._is_new = False

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def account(self) -> str:
        """The vendor's id of the account, after a login where no session can be tried."""
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
            raise SourceRefused(AccountState.UNREACHABLE, "Dexcom Share answered without a list of readings.")
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
        self.visitor.keep(self.session)

    def _post(self, endpoint: str, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None) -> Any:
        """The JSON of an answer that is one; SourceRefused otherwise."""
        answer = exchange(
            self._session,
            "Dexcom Share",
            "POST",
            f"{self._base_url}{endpoint}",
            limits=Limits(self.endpoint.timeout_seconds, MAX_ANSWER_BYTES),
            visitor=self.visitor,
            # A refusal of the vendor's program has status 500 too, and a code.
            is_down=lambda answer: answer.status >= FAILURES and not _has_code(_json(answer.content)),
            params=params,
            json=json or {},
            headers=HEADERS,
        )
        body, status = _json(answer.content), answer.status
        wait = retry_after(answer.retry_after, answer.at)
        if status == 429:
            raise SourceRefused(AccountState.RATE_LIMITED, "Dexcom Share asks for fewer calls.", wait)
        if _has_code(body):
            raise _refused(str(body["Code"]), str(body.get("Message")), wait)
        if status != 200 or body is None:
            detail = f"Dexcom Share answered status {status} without usable data."
            raise SourceRefused(AccountState.UNREACHABLE, detail, wait)
        return body


def _refused(code: str, message: str, wait: timedelta | None) -> SourceRefused:
    """What a code of the vendor means for the account."""
    if code in SESSION_CODES:
        return SessionRefused(AccountState.UNREACHABLE, "Dexcom Share refuses the session that it just gave.", wait)
    if code in LOCK_CODES:
        return SourceRefused(
            AccountState.LOCKED_OUT, "Dexcom Share takes no login after too many attempts.", wait or LOCK
        )
    if code in PASSWORD_CODES or any(part in message for part in PASSWORD_MESSAGES.get(code, ())):
        return SourceRefused(AccountState.BAD_CREDENTIALS, WRONG)
    return SourceRefused(AccountState.UNREACHABLE, f"Dexcom Share answered with its own code {code[:60]!r}.", wait)


def _id(told: Any) -> str:
    """An id of account or session; the empty one is how the vendor has said no to a password."""
    if told == DEFAULT_UUID:
        raise SourceRefused(AccountState.BAD_CREDENTIALS, WRONG)
    try:
        return str(UUID(told))
    except (ValueError, AttributeError, TypeError):
        raise SourceRefused(AccountState.UNREACHABLE, "Dexcom Share accepted the login but gave no id.") from None


def _has_code(body: Any) -> bool:
    return isinstance(body, dict) and "Code" in body


def _json(content: bytes) -> Any:
    """The value, or None where it is no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
