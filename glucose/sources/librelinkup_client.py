"""LibreLinkUp over HTTP: pylibrelinkup with a session, timeouts and our own regions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from pylibrelinkup import PyLibreLinkUp

from glucose.account_states import AccountState
from glucose.sources.exchange import Answer, Limits, exchange
from glucose.sources.librelinkup_answers import (
    DOCUMENTS,
    believed,
    expiry,
    login_data,
    pending_step,
    waits_for_a_person,
)
from glucose.sources.port import Session, SourceRefused, Visitor

REGIONS: Final = frozenset({"ae", "ap", "au", "ca", "cn", "de", "eu", "eu2", "fr", "jp", "la", "ru", "us"})
# Vendor hosts that do not follow the pattern of the others.
VENDOR_EXCEPTIONS: Final = {"ru": "https://api.libreview.ru", "cn": "https://api-cn.myfreestyle.cn"}
VENDOR_DOMAIN: Final = "libreview.io"
MAX_ANSWER_BYTES: Final = 8_000_000
UNAUTHORISED: Final = 401
# tou, then pp, and one more in case the vendor thinks of it.
MOST_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the vendor is, and how we present ourselves there."""

    global_url: str
    region_url: str
    version: str
    timeout_seconds: float

    def url(self, region: str) -> str:
        """The base address of a region; the global host without one that we know: it becomes a part of the name."""
        if region not in REGIONS:
            return self.global_url
        if region in VENDOR_EXCEPTIONS and VENDOR_DOMAIN in urlsplit(self.region_url).netloc:
            return VENDOR_EXCEPTIONS[region]
        return self.region_url.format(region=region)


class Client(PyLibreLinkUp):
    """One visit to one account. Every failure is a SourceRefused with the account's new state."""

    def __init__(self, email: str, password: str, endpoint: Endpoint, session: Session, visitor: Visitor) -> None:
        super().__init__(email, password)
        self.endpoint = endpoint
        self.session = session
        self.visitor = visitor
        self.logged_in = False
        self.http = requests.Session()
        self._resume()

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def ensure_signed_in(self) -> None:
        """Log in only where no token can be tried."""
        if not self.session.valid(self.visitor.clock()):
            self.authenticate()

    def authenticate(self) -> None:
        """Log in and keep the token; SourceRefused where a person has to accept something first."""
        data = self._sign_in()
        if step := pending_step(data):
            raise waits_for_a_person(step)
        self._remember(data)

    def accept_documents(self) -> list[str]:
        """Log in and accept the documents that the vendor asks for, as a person told us to; which ones they were."""
        data, accepted = self._sign_in(), []
        for _ in range(MOST_STEPS):
            step = pending_step(data)
            if not step:
                break
            if step not in DOCUMENTS:
                raise waits_for_a_person(step)
            self.token = _ticket(data)["token"]
            answer = self._send("POST", f"{self.api_url}/auth/continue/{step}")
            data = login_data(believed(answer, self.endpoint.version))
            accepted.append(step)
        else:
            raise SourceRefused(AccountState.UNREACHABLE, "LibreLinkUp asks for one document after the other.")
        self._remember(data)
        return accepted

    def connections(self) -> Any:
        """Everybody whom the account follows, each with their current measurement."""
        return self._read("/llu/connections")

    def graph_of(self, vendor_id: str) -> Mapping[str, Any]:
        """About 12 hours of one person."""
        data = self._read(f"/llu/connections/{vendor_id}/graph")
        return data if isinstance(data, Mapping) else {}

    def logbook_of(self, vendor_id: str) -> Any:
        """The events of about 14 days of one person."""
        return self._read(f"/llu/connections/{vendor_id}/logbook")

    def _read(self, path: str) -> Any:
        answer = self._send("GET", self.api_url + path)
        if answer.status == UNAUTHORISED and not self.logged_in:
            # The token ran out early or was revoked: one login, one more try.
            self.authenticate()
            answer = self._send("GET", self.api_url + path)
        if answer.status == UNAUTHORISED:
            raise SourceRefused(AccountState.UNREACHABLE, "LibreLinkUp refuses the session that it just gave.")
        return believed(answer, self.endpoint.version).get("data")

    def _sign_in(self) -> Mapping[str, Any]:
        """Log in, following one redirect to the account's region, which is remembered."""
        self.token = self.account_id_hash = None
        self.logged_in = True
        data = self._login()
        if not data.get("redirect"):
            return data
        region = str(data.get("region", "")).lower()
        if region not in REGIONS:
            detail = f"LibreLinkUp moved this account to an unknown region: {region[:20]!r}."
            raise SourceRefused(AccountState.UNREACHABLE, detail)
        self.session.region, self.session.token, self.session.token_expires_at = region, "", None
        self.api_url = self.endpoint.url(region)
        self.visitor.keep(self.session)
        data = self._login()
        if data.get("redirect"):
            detail = "LibreLinkUp sends this account from region to region."
            raise SourceRefused(AccountState.UNREACHABLE, detail)
        return data

    def _login(self) -> Mapping[str, Any]:
        body = {"email": self.email, "password": self.password}
        answer = self._send("POST", f"{self.api_url}/llu/auth/login", json=body)
        return login_data(believed(answer, self.endpoint.version))

    def _send(self, method: str, url: str, **more: Any) -> Answer:
        limits = Limits(self.endpoint.timeout_seconds, MAX_ANSWER_BYTES)
        headers = self._get_headers()
        return exchange(
            self.http, "LibreLinkUp", method, url, limits=limits, visitor=self.visitor, headers=headers, **more
        )

    def _get_headers(self) -> dict[str, str]:
        headers: dict[str, str] = super()._get_headers()
        return headers | {"version": self.endpoint.version}

    def _resume(self) -> None:
        self.api_url = self.endpoint.url(self.session.region)
        if self.session.token:
            self.token = self.session.token
            self._set_account_id_hash(self.session.vendor_user_id)

    def _remember(self, data: Mapping[str, Any]) -> None:
        ticket, user = _ticket(data), data.get("user")
        self.session.token = str(ticket["token"])
        self.session.vendor_user_id = str(user.get("id", "")) if isinstance(user, Mapping) else ""
        self.session.token_expires_at = expiry(ticket)
        self.visitor.keep(self.session)
        self._resume()


def _ticket(data: Mapping[str, Any]) -> Mapping[str, Any]:
    ticket = data.get("authTicket")
    if not isinstance(ticket, Mapping) or not ticket.get("token"):
        raise SourceRefused(AccountState.UNREACHABLE, "LibreLinkUp accepted the login but gave no token.")
    return ticket
