"""LibreLinkUp over HTTP: pylibrelinkup with a session, timeouts and our own regions.

Answers are read before they are believed: a lock, an old version or a page of HTML each have a state of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from pylibrelinkup import PyLibreLinkUp

from glucose.sources.port import SourceRefused

REGIONS: Final = frozenset({"ae", "ap", "au", "ca", "cn", "de", "eu", "eu2", "fr", "jp", "la", "ru", "us"})
# Vendor hosts that do not follow the pattern of the others.
VENDOR_EXCEPTIONS: Final = {"ru": "https://api.libreview.ru", "cn": "https://api-cn.myfreestyle.cn"}
VENDOR_DOMAIN: Final = "libreview.io"
MAX_ANSWER_BYTES: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the vendor is, and how we present ourselves there."""

    global_url: str
    region_url: str
    version: str
    timeout_seconds: float

    def url(self, region: str) -> str:
        """The base address of a region; the global host without one."""
        if not region:
            return self.global_url
        if region in VENDOR_EXCEPTIONS and VENDOR_DOMAIN in urlsplit(self.region_url).netloc:
            return VENDOR_EXCEPTIONS[region]
        return self.region_url.format(region=region)


@dataclass(slots=True)
class Session:
    """What is remembered between visits, so that we log in rarely."""

    region: str = ""
    token: str = ""
    token_expires_at: datetime | None = None
    vendor_user_id: str = ""

    def valid(self, now: datetime) -> bool:
        """Whether the token can be tried; a minute is kept in hand."""
        expires = self.token_expires_at
        return bool(self.token and expires and expires - timedelta(minutes=1) > now)


class Client(PyLibreLinkUp):
    """One visit to one account. Every failure is a SourceRefused with the account's new state."""

    def __init__(self, email: str, password: str, endpoint: Endpoint, session: Session) -> None:
        super().__init__(email, password)
        self.endpoint = endpoint
        self.session = session
        self.http = requests.Session()
        self.http.max_redirects = 0
        self._resume()

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def ensure_signed_in(self, now: datetime) -> None:
        """Log in only where no token can be tried."""
        if not self.session.valid(now):
            self.authenticate()

    def authenticate(self) -> None:
        """Log in, follow one redirect to the account's region, and keep the token."""
        self.token = self.account_id_hash = None
        data = self._login()
        if data.get("redirect"):
            region = str(data.get("region", "")).lower()
            if region not in REGIONS:
                raise SourceRefused("unreachable", f"The vendor moved this account to an unknown region: {region!r}.")
            self.session.region, self.api_url = region, self.endpoint.url(region)
            data = self._login()
            if data.get("redirect"):
                raise SourceRefused("unreachable", "The vendor sends this account from region to region.")
        self._remember(data)

    def connections(self) -> Any:
        """Everybody whom the account follows, each with their current measurement."""
        return self._call_api(f"{self.api_url}/llu/connections").get("data")

    def graph_of(self, vendor_id: str) -> Mapping[str, Any]:
        """About 12 hours of one person."""
        data = self._call_api(f"{self.api_url}/llu/connections/{vendor_id}/graph").get("data")
        return data if isinstance(data, Mapping) else {}

    def _call_api(self, url: str) -> dict[str, Any]:
        answer = self._send("GET", url)
        if answer.status_code == 401:
            # The token ran out early or was revoked: one login, one more try.
            self.authenticate()
            answer = self._send("GET", self._moved(url))
        return self._believed(answer)

    def _login(self) -> Mapping[str, Any]:
        body = {"email": self.email, "password": self.password}
        answer = self._believed(self._send("POST", f"{self.api_url}/llu/auth/login", json=body))
        data = answer.get("data")
        if answer.get("status") == 2 or not isinstance(data, Mapping):
            raise SourceRefused("bad_credentials", "LibreLinkUp says that the e-mail or the password is wrong.")
        step = data.get("step")
        if isinstance(step, Mapping):
            raise SourceRefused("terms_required", f"LibreLinkUp waits for a person: {step.get('type', 'a new step')}.")
        return data

    def _send(self, method: str, url: str, **more: Any) -> requests.Response:
        try:
            return self.http.request(
                method,
                url,
                headers=self._get_headers(),
                timeout=self.endpoint.timeout_seconds,
                allow_redirects=False,
                **more,
            )
        except requests.RequestException as error:
            raise SourceRefused("unreachable", f"LibreLinkUp does not answer ({type(error).__name__}).") from None

    def _believed(self, answer: requests.Response) -> dict[str, Any]:
        """The JSON object of an answer that is one; SourceRefused by what its status says otherwise."""
        body = _json(answer)
        status = answer.status_code
        inner = body.get("status")
        wait = retry_after_seconds(answer.headers.get("Retry-After"), datetime.now(UTC))
        if status == 429 or inner == 429:
            raise _locked(body) or SourceRefused("rate_limited", "LibreLinkUp asks for fewer calls.", wait)
        if status in (430, 476):
            raise SourceRefused("rate_limited", f"LibreLinkUp refuses calls for a while (status {status}).", wait)
        if status == 403 and inner == 920:
            data = body.get("data")
            minimum = data.get("minimumVersion") if isinstance(data, Mapping) else "a newer one"
            raise SourceRefused("version_refused", f"LibreLinkUp demands version {minimum}.")
        if status == 401:
            raise SourceRefused("bad_credentials", "LibreLinkUp refuses the session after a new login.")
        if status != 200 or not body:
            raise SourceRefused("unreachable", f"LibreLinkUp answered status {status} without usable data.", wait)
        if inner in (4, 911) and not (isinstance(body.get("data"), Mapping) and body["data"].get("step")):
            raise SourceRefused("unreachable", f"LibreLinkUp answered with its own status {inner}.", wait)
        return body

    def _get_headers(self) -> dict[str, str]:
        headers: dict[str, str] = super()._get_headers()
        return headers | {"version": self.endpoint.version}

    def _resume(self) -> None:
        self.api_url = self.endpoint.url(self.session.region)
        if self.session.token:
            self.token = self.session.token
            self._set_account_id_hash(self.session.vendor_user_id)

    def _remember(self, data: Mapping[str, Any]) -> None:
        ticket, user = data.get("authTicket"), data.get("user")
        if not isinstance(ticket, Mapping) or not isinstance(user, Mapping) or not ticket.get("token"):
            raise SourceRefused("unreachable", "LibreLinkUp accepted the login but gave no token.")
        expires = _number(ticket.get("expires"))
        self.session.token = str(ticket["token"])
        self.session.vendor_user_id = str(user.get("id", ""))
        self.session.token_expires_at = datetime.fromtimestamp(expires, UTC) if expires else None
        self._resume()

    def _moved(self, url: str) -> str:
        """The same path at the region that a login just led to."""
        return self.api_url + url[url.index("/llu/") :]


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After in either of its forms (RFC 9110, 10.2.3); None where it says nothing."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    # A date with the offset -0000 comes without a zone; it is in UTC all the same.
    return max((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds(), 0.0)


def _number(value: Any) -> float | None:
    """A number of seconds within some thousand years, or None."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**11
    return float(value) if usable else None


def _json(answer: requests.Response) -> dict[str, Any]:
    if len(answer.content) > MAX_ANSWER_BYTES:
        return {}
    try:
        body = answer.json()
    except requests.exceptions.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _locked(body: Mapping[str, Any]) -> SourceRefused | None:
    data = body.get("data")
    inner = data.get("data") if isinstance(data, Mapping) else None
    seconds = _number(inner.get("lockout")) if isinstance(inner, Mapping) else None
    if seconds is None:
        return None
    return SourceRefused("locked_out", f"LibreLinkUp locked this account for {seconds:.0f} seconds.", seconds)
