"""A client of the Saúde-IA API in one file, to install nowhere and copy anywhere: it needs Python 3.11 and httpx.

    with SaudeIA("https://clinic.example", "ana", "her password") as api:
        for patient in api.patients(status="active"):
            print(patient["name"], api.statistics(patient["id"], days=14)["gmi_percent"])

Answers are the API's JSON as typed dictionaries: an instant is text in RFC 3339, and a field that is newer than this
file is there as well. Where an instant is sent, text or an aware datetime does.

What stands between the two lines of dashes is written by ``make schema`` from docs/openapi.yaml: the type of each
schema; a method for each operation, by its operation id; for each list an iterator over all pages; for each answer that
comes in other forms than JSON a stream, ``..._as``. The rest is written by hand.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from email.utils import parsedate_to_datetime
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Literal, NamedTuple, NotRequired, Self, TypedDict
from urllib.parse import parse_qs, quote, urlsplit
from uuid import UUID, uuid4

import httpx

# The API's own limit of a bulk post.
BULK: Final = 10_000
FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_POLL_SECONDS: Final = 2.0
# Until the stream itself says how long to wait before it is opened again.
STREAM_AGAIN_SECONDS: Final = 3.0
SAFE_TO_REPEAT: Final = ("GET", "HEAD", "PUT", "DELETE")
PASSING_STATUSES: Final = (429, 502, 503, 504)
# Errors of a connection that another try may not meet.
PASSING_ERRORS: Final = (
    httpx.NetworkError,
    httpx.TimeoutException,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
    httpx.DecodingError,
)
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_random: Final = secrets.SystemRandom()


class SaudeIAError(Exception):
    """Whatever this client raises of itself."""


class NoAnswer(SaudeIAError):
    """The API was not reached, or its answer broke off, also when it was tried again."""

    def __init__(self, text: str, *, passing: bool = False, sent: bool = True) -> None:
        super().__init__(text)
        self.passing, self.sent = passing, sent


class NotModified(SaudeIAError):
    """You have it already: the answer to ``if_none_match`` is 304."""


class TaskFailed(SaudeIAError):
    """A task failed or was cancelled; ``task`` is how it ended."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"the task {task['id']} ({task['kind']}) is {task['status']}: {task['error']}")
        self.task = task


class TaskNotDone(SaudeIAError, TimeoutError):
    """A task takes longer than the caller waits for it; it goes on."""


class Problem(SaudeIAError):
    """The API refused (RFC 9457): ``type`` is a page below the base address that says what to do.

    ``errors`` are the single places: ``pointer`` or ``parameter``, and ``detail``. ``retry_after`` is in seconds.
    An answer that is no problem document, such as a proxy's, has the type ``about:blank``.
    """

    def __init__(self, status: int, told: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.type = str(told.get("type", "about:blank"))
        self.title = str(told.get("title", ""))
        self.detail = str(told.get("detail", ""))
        self.request_id = str(told.get("request_id", ""))
        # Something between us and the API may have errors of its own kind.
        errors = told.get("errors") if told.get("request_id") else None
        self.errors: list[dict[str, str]] = errors or []
        self.retry_after = retry_after
        places = [f"{one.get('pointer', one.get('parameter', ''))}: {one['detail']}" for one in self.errors]
        lines = [": ".join(filter(None, [f"{status} {self.title}", self.detail])), *places]
        super().__init__("; ".join(lines) + (f" (request {self.request_id})" if self.request_id else ""))


class NotSignedIn(Problem):
    """401: sign in again; user name, password or refresh token are refused."""


class OtpRequired(NotSignedIn):
    """401: a second factor is enrolled; ask for a code and pass it as ``otp``."""


class NotFound(Problem):
    """404: there is nothing there that the caller may see."""


class Changed(Problem):
    """412: somebody else changed it since it was read; read it again."""


class Busy(Problem):
    """Later: too many requests (429), the same one under way (409), or a part is down (502, 503, 504).

    It was tried again already where that is safe and the wait is short.
    """


def etag_of(answer: Mapping[str, Any]) -> str | None:
    """The ETag that an answer came with, for ``if_match`` and ``if_none_match``; None where it had none."""
    return answer.etag if isinstance(answer, _Answer) else None


class Stream:
    """An answer as it comes, in bounded memory; use it in a ``with``, and once."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.media_type = response.headers.get("Content-Type", "").split(";")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._response.close()

    def parts(self) -> Iterator[bytes]:
        """The bytes, in parts of any size; NoAnswer where they break off."""
        try:
            yield from self._response.iter_bytes()
        except httpx.RequestError as error:
            raise _no_answer(error) from error

    def lines(self) -> Iterator[str]:
        """The lines of a text without their ends, each once it is whole."""
        rest = b""
        for part in self.parts():
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                yield line.removesuffix(b"\r").decode()
        if rest:
            yield rest.decode()

    def save(self, path: Path | str, progress: Callable[[int, int | None], None] | None = None) -> int:
        """Write the file, whole or not at all; how many bytes.

        ``progress`` is told the bytes and the rows so far: lines, without the head of CSV; None in a binary form.
        """
        whole, draft = Path(path), Path(f"{path}.part")
        size, rows = 0, -1 if self.media_type == "text/csv" else 0
        binary = not self.media_type.startswith("text/") and self.media_type != "application/x-ndjson"
        try:
            with draft.open("wb") as file:
                for part in self.parts():
                    file.write(part)
                    size, rows = size + len(part), rows + part.count(b"\n")
                    if progress is not None:
                        progress(size, None if binary else max(rows, 0))
            draft.replace(whole)
        finally:
            draft.unlink(missing_ok=True)
        return size


class _Answer(dict[str, Any]):
    """A JSON object, and its ETag."""

    etag: str | None = None


class _Connection:
    """Requests with a token, and again where that is safe. Threads may share one."""

    def __init__(
        self,
        base_url: str,
        username: str | None = None,
        password: str | None = None,
        otp: str | None = None,
        *,
        tokens: TokenPair | None = None,
        tries: int = 5,
        longest_wait_seconds: float = 60.0,
        timeout_seconds: float = 60.0,
        http: httpx.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """The API at ``base_url`` (without ``/api/v1``), as a user or with a pair of tokens; asks nothing yet.

        ``tries`` counts the first one. What asks for a longer wait than ``longest_wait_seconds`` is not tried again.
        ``http`` is a client with a proxy, certificates or timeouts of your own; it stays open. ``clock`` is in seconds.
        """
        if not base_url.startswith(("https://", "http://")):
            raise ValueError(f"{base_url!r} is no address: it begins with https:// or http://")
        if tokens is None and (username is None or password is None):
            raise ValueError("a user name and a password are needed, or a pair of tokens")
        self._base, self._username, self._password, self._otp = base_url.rstrip("/"), username, password, otp
        self._tokens, self._ours, self._lock = tokens, tokens is None, threading.Lock()
        self._tries, self._longest_wait = tries, longest_wait_seconds
        self._own_http = http is None
        self._http = http or httpx.Client(timeout=timeout_seconds)
        self._sleep, self._clock = sleep, clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sign out where it was signed in here, and close."""
        try:
            with contextlib.suppress(SaudeIAError):
                if self._ours:
                    self.sign_out()
        finally:
            self.close()

    def close(self) -> None:
        """Close the connections. The tokens stay good."""
        if self._own_http:
            self._http.close()

    @property
    def tokens(self) -> TokenPair | None:
        """The pair in use, to go on with it later; each renewal uses the refresh token up and makes another pair."""
        return self._tokens

    def sign_out(self) -> None:
        """Give the refresh token up; the next request signs in again."""
        with self._lock:
            pair, self._tokens = self._tokens, None
        if pair is not None:
            with contextlib.suppress(NotSignedIn):
                self._public("/api/v1/auth/logout/", {"refresh": pair["refresh"]})

    def _sign_in(self) -> TokenPair:
        if self._username is None:
            raise SaudeIAError("signed out, and no user name and password are known")
        body = {"username": self._username, "password": self._password}
        pair: TokenPair = self._public("/api/v1/auth/token/", body if self._otp is None else {**body, "otp": self._otp})
        return pair

    def _renewed(self, refused: str | None) -> str:
        """An access token that is not the refused one.

        A refresh token is good for one use, so the threads that were refused wait for the one that renews.
        """
        with self._lock:
            if self._tokens is None:
                self._tokens = self._sign_in()
            elif self._tokens["access"] == refused:
                try:
                    self._tokens = self._public("/api/v1/auth/token/refresh/", {"refresh": self._tokens["refresh"]})
                except NotSignedIn:
                    if self._username is None:
                        raise
                    self._tokens = self._sign_in()
            return self._tokens["access"]

    def _public(self, path: str, body: Any) -> Any:
        """A request about tokens. To send it twice does no harm: a pair too many, or a token that is used up."""
        return self._json("POST", path, body=body, signed_in=False, repeat=True)

    def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        form: Mapping[str, Any] | None = None,
        signed_in: bool = True,
        repeat: bool = False,
    ) -> Any:
        """What the answer's JSON holds; None for an empty one."""
        request = self._request(method, path, query, {"Accept": "application/json", **(headers or {})}, body, form)
        response = self._send(request, signed_in=signed_in, repeat=repeat)
        if not response.content:
            return None
        try:
            value = response.json()
        except ValueError as error:
            raise NoAnswer(f"{request.method} {request.url}: the answer is not JSON") from error
        if not isinstance(value, dict):
            return value
        answer = _Answer(value)
        answer.etag = response.headers.get("ETag")
        return answer

    def _stream(
        self,
        path: str,
        media_type: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Stream:
        """The answer in another form than JSON."""
        request = self._request("GET", path, query, {**(headers or {}), "Accept": media_type}, None)
        return Stream(self._send(request, signed_in=True, stream=True))

    def _each(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """The rows of every page, a page at a time."""
        cursor: str | None = None
        while True:
            page = self._json("GET", path, query={**query, "cursor": cursor})
            yield from page["results"]
            if page["next"] is None:
                return
            # Only the cursor: behind a proxy, the host of the link may be one that we must not send a token to.
            cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        headers: Mapping[str, str | None],
        body: Any,
        form: Mapping[str, Any] | None = None,
    ) -> httpx.Request:
        given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        fields = {name: value for name, value in headers.items() if value is not None}
        content = None
        if body is not None:
            content = json.dumps(body, default=_member, allow_nan=False).encode()
            fields["Content-Type"] = "application/json"
        more: dict[str, Any] = {"content": content}
        if form is not None:
            # Every field as a part of its own; what is no text goes on as it is read, so that a file may be large.
            more = {"files": [(name, _part(value)) for name, value in form.items()]}
        return self._http.build_request(method, self._base + path, params=given, headers=fields, **more)

    def _send(
        self, request: httpx.Request, *, signed_in: bool, repeat: bool = False, stream: bool = False
    ) -> httpx.Response:
        """The answer where it is a success; what else came of it is raised, once no other try is left."""
        repeat = repeat or request.method in SAFE_TO_REPEAT or "Idempotency-Key" in request.headers
        token, renewed = (self._renewed(None) if signed_in else None), not signed_in
        tries = count(1)
        while True:
            if token is not None:
                request.headers["Authorization"] = f"Bearer {token}"
            came = self._attempt(request, stream)
            if isinstance(came, httpx.Response):
                return came
            if isinstance(came, NotSignedIn) and not renewed:
                token, renewed = self._renewed(token), True
                continue
            seconds = self._wait_seconds(came, next(tries), repeat)
            if seconds is None:
                raise came
            self._sleep(seconds)

    def _attempt(self, request: httpx.Request, stream: bool) -> httpx.Response | SaudeIAError:
        try:
            response = self._http.send(request, stream=stream)
            if response.is_success:
                return response
            with contextlib.closing(response):
                response.read()
        except httpx.RequestError as error:
            return _no_answer(error)
        if response.status_code == 304:
            return NotModified("nothing changed since")
        return _problem(response, self._clock())

    def _wait_seconds(self, came: SaudeIAError, tries: int, repeat: bool) -> float | None:
        """How long to wait for the next try; None where there is none."""
        if isinstance(came, NoAnswer):
            passing, told = came.passing and (repeat or not came.sent), None
        else:
            passing, told = isinstance(came, Busy) and repeat, getattr(came, "retry_after", None)
        if not passing or tries >= self._tries:
            return None
        if told is not None:
            return told * _random.uniform(1, 1.1) if told <= self._longest_wait else None
        return min(self._longest_wait, FIRST_WAIT_SECONDS * 2.0 ** (tries - 1)) * _random.uniform(0.5, 1)


def _no_answer(error: httpx.RequestError) -> NoAnswer:
    text = f"{error.request.method} {error.request.url}: {str(error) or type(error).__name__}"
    failed = NoAnswer(text, passing=isinstance(error, PASSING_ERRORS), sent=not isinstance(error, NEVER_SENT))
    failed.__cause__ = error
    return failed


def _events(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The fields of each block of Server-Sent Events; of data we send one line."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            yield fields
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


def _problem(response: httpx.Response, now: float) -> Problem:
    try:
        told = response.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {"title": response.reason_phrase, "detail": response.text[:200]}
    status, type_ = response.status_code, str(told.get("type", ""))
    kind = {401: NotSignedIn, 404: NotFound, 412: Changed, **dict.fromkeys(PASSING_STATUSES, Busy)}.get(status, Problem)
    if type_.endswith("/problems/otp-required/"):
        kind = OtpRequired
    elif type_.endswith("/problems/request-in-progress/"):
        kind = Busy
    return kind(status, told, _retry_after(response.headers, now))


def _retry_after(headers: httpx.Headers, now: float) -> float | None:
    """``Retry-After`` in seconds from now: a date is compared with the server's own clock where it tells it."""
    told = headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return float(told)
    moment = _moment(told)
    return None if moment is None else max(0.0, moment - (_moment(headers.get("Date", "")) or now))


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def _text(value: Any) -> Any:
    """A value as a query or a JSON body tells it."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def _member(value: Any) -> Any:
    """The same inside of a body, where JSON does not know the value."""
    if (told := _text(value)) is value:
        raise TypeError(f"{value!r} cannot be sent")
    return told


def _part(value: Any) -> tuple[str | None, Any]:
    """A field of a form; a file gets a name that tells nothing."""
    if isinstance(value, bytes) or hasattr(value, "read"):
        return "file", value
    return None, json.dumps(value) if isinstance(value, bool) else str(_text(value))


def _step(value: UUID | str) -> str:
    """A value as one step of a path."""
    return quote(str(value), safe="")


# --- written by `make schema` from docs/openapi.yaml ---


class Account(TypedDict):
    """An account; its password is never answered."""

    id: str
    email: str
    region: str
    state: Literal[
        "active",
        "bad_credentials",
        "locked_out",
        "terms_required",
        "version_refused",
        "rate_limited",
        "unreachable",
        "disabled",
    ]
    state_detail: str
    action_needed: str | None
    last_success_at: str | None
    next_attempt_at: str | None
    patients: list[str]
    kind: Literal["librelinkup", "dexcom_share"]
    failures: int
    pending_step: str | None
    set_aside: int
    stopped: int
    vendor_rests: str | None


class AccountEvent(TypedDict):
    """A change of an account's state, or what a person did about it."""

    time: str
    state: Literal[
        "active",
        "bad_credentials",
        "locked_out",
        "terms_required",
        "version_refused",
        "rate_limited",
        "unreachable",
        "disabled",
    ]
    detail: str
    next_attempt_at: str | None
    user: UserOfEvent | None


class AccountEventPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[AccountEvent]


class AccountPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Account]


class Agp(TypedDict):
    """The ambulatory glucose profile: percentiles by local time of day."""

    patient: str
    start: str
    end: str
    timezone: str
    as_of: str | None
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"]
    target: TargetRange
    bin_minutes: Literal[60, 15]
    smoothed: bool
    sufficiency: Sufficiency
    readings: int
    minutes: int
    bins: list[AgpBin]


class AgpBin(TypedDict):
    """Percentiles of the readings of a part of the day, from its first minute on; null where it has none."""

    minute_of_day: int
    n: int
    p5: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p95: float | None


class Alert(TypedDict):
    """One episode that somebody was told of, or will be after the quiet hours."""

    id: str
    kind: Literal["urgent_low", "low", "high", "falling_fast", "no_data", "sensor_ending", "account_action"]
    patient: AlertPatient | None
    sensor: str | None
    account: str | None
    state: Literal["open", "closed"]
    value: float | None
    unit: Literal["mg/dL", "mmol/L"]
    started_at: str
    opened_at: str
    told_at: str | None
    acknowledged_at: str | None
    acknowledged_by: AlertPerson | None
    snoozed_until: str | None
    escalate_at: str | None
    escalated_at: str | None
    ended_at: str | None
    closed_at: str | None
    ending: Literal["over", "withdrawn", "unseen"] | None


class AlertDetail(TypedDict):
    """An alert with its history, oldest first."""

    id: str
    kind: Literal["urgent_low", "low", "high", "falling_fast", "no_data", "sensor_ending", "account_action"]
    patient: AlertPatient | None
    sensor: str | None
    account: str | None
    state: Literal["open", "closed"]
    value: float | None
    unit: Literal["mg/dL", "mmol/L"]
    started_at: str
    opened_at: str
    told_at: str | None
    acknowledged_at: str | None
    acknowledged_by: AlertPerson | None
    snoozed_until: str | None
    escalate_at: str | None
    escalated_at: str | None
    ended_at: str | None
    closed_at: str | None
    ending: Literal["over", "withdrawn", "unseen"] | None
    events: list[AlertEvent]


class AlertEvent(TypedDict):
    """Something that became of an alert."""

    what: Literal["opened", "told", "acknowledged", "snoozed", "reminded", "escalated", "closed"]
    at: str
    by: AlertPerson | None
    reading_at: str | None
    value: float | None
    until: str | None


class AlertPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Alert]


class AlertPatient(TypedDict):
    """Whom it is about."""

    id: str
    name: str


class AlertPerson(TypedDict):
    """Who did it."""

    id: str
    name: str


class AlertRule(TypedDict):
    """The rule of a kind as it stands; null where the kind has no such thing."""

    kind: Literal["urgent_low", "low", "high", "falling_fast", "no_data", "sensor_ending", "account_action"]
    patient: str | None
    enabled: bool
    threshold: float | None
    margin: float | None
    unit: Literal["mg/dL", "mmol/L"]
    minutes: int | None
    hours: int | None
    escalate_after_minutes: int
    quiet_hours: QuietHours | None
    channels: list[Literal["page", "mail", "webhook"]]
    level: Literal["default", "clinic", "patient"]
    said: list[str]
    since: str | None
    set_by: AlertPerson | None


class AlertRuleBodyRequest(TypedDict):
    """What is said of a kind of alert, for a patient or for the clinic; what is absent is that of the level
    below.
    """

    kind: Literal["urgent_low", "low", "high", "falling_fast", "no_data", "sensor_ending", "account_action"]
    patient: NotRequired[UUID | str]
    enabled: NotRequired[bool]
    threshold: NotRequired[float]
    margin: NotRequired[float]
    unit: NotRequired[Literal["mg/dL", "mmol/L"]]
    minutes: NotRequired[int]
    hours: NotRequired[int]
    escalate_after_minutes: NotRequired[int]
    quiet_hours: NotRequired[QuietHoursBodyRequest]
    channels: NotRequired[list[Literal["page", "mail", "webhook"]]]


class AlertRules(TypedDict):
    results: list[AlertRule]


class BandPoints(TypedDict):
    """Percentage points of each band."""

    very_low: float
    low: float
    target: float
    tight_target: float
    high: float
    very_high: float
    below: float
    above: float


class Because(TypedDict):
    """Why somebody is due on the day: by the cadence, the date the last review chose, or a category."""

    by: Literal["cadence", "date", "category"]
    category: (
        Literal[
            "very_low",
            "any_low",
            "tir_drop",
            "low_time_in_range",
            "any_high",
            "very_high",
            "low_use",
            "meeting_targets",
            "no_data",
        ]
        | None
    )
    words: str


class Bin(TypedDict):
    """How many patients have a value from ``low`` on and before ``high``; a percentage of 100 is in its last
    bin.
    """

    low: float
    high: float
    patients: int


class Cadence(TypedDict):
    """How often a patient is reviewed."""

    kind: Literal["weekly", "two_weekly", "monthly", "custom"]
    days: int | None
    own: bool


class CadenceBodyRequest(TypedDict):
    """How often; days of a custom cadence only."""

    kind: Literal["weekly", "two_weekly", "monthly", "custom"]
    days: NotRequired[int | None]


class CategoryCounts(TypedDict):
    """How many of all visible patients are in each category."""

    very_low: int
    any_low: int
    tir_drop: int
    low_time_in_range: int
    any_high: int
    very_high: int
    extreme_high: int
    low_use: int
    meeting_targets: int
    no_data: int


class CategoryDays(TypedDict):
    """Days by category; a category that is not named brings nobody in."""

    very_low: NotRequired[int]
    any_low: NotRequired[int]
    tir_drop: NotRequired[int]
    low_time_in_range: NotRequired[int]
    any_high: NotRequired[int]
    very_high: NotRequired[int]
    low_use: NotRequired[int]
    meeting_targets: NotRequired[int]
    no_data: NotRequired[int]


class CategoryDaysRequest(TypedDict):
    """Days by category; a category that is not named brings nobody in."""

    very_low: NotRequired[int]
    any_low: NotRequired[int]
    tir_drop: NotRequired[int]
    low_time_in_range: NotRequired[int]
    any_high: NotRequired[int]
    very_high: NotRequired[int]
    low_use: NotRequired[int]
    meeting_targets: NotRequired[int]
    no_data: NotRequired[int]


class CategoryDefinition(TypedDict):
    """What puts a patient into a category of the clinic's overview."""

    name: Literal[
        "very_low",
        "any_low",
        "tir_drop",
        "low_time_in_range",
        "any_high",
        "very_high",
        "extreme_high",
        "low_use",
        "meeting_targets",
        "no_data",
    ]
    title: str
    rule: str


class Change(TypedDict):
    """How much more than in the period before; null where one of the two has too little data."""

    mean: float | None
    median: float | None
    sd: float | None
    cv_percent: float | None
    gmi_percent: float | None
    active_percent: float | None
    time_in_range: Points


class ClinicStatistics(TypedDict):
    """The clinic as a whole, and the distribution over its patients; shares are by each patient's own targets."""

    days: int
    definitions: str
    unit: Literal["mg/dL", "mmol/L"]
    patients: int
    patients_with_data: int
    patients_with_sufficient_data: int
    patients_compared: int
    counts: CategoryCounts
    pooled: Pooled
    previous: Pooled
    distributions: Distributions


class Clinician(TypedDict):
    """Who did it."""

    id: str
    name: str


class Consent(TypedDict):
    """A consent as it is stored."""

    id: str
    purpose: Literal["research"]
    version: str
    granted_at: str
    withdrawn_at: str | None


class ConsentBodyRequest(TypedDict):
    """A consent to write down; granted now where no time is given."""

    purpose: Literal["research"]
    version: str
    granted_at: NotRequired[dt.datetime | str]


class Consents(TypedDict):
    results: list[Consent]


class Daily(TypedDict):
    """The local days of a window that have readings."""

    patient: str
    timezone: str
    as_of: str | None
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"]
    targets: TargetRange
    weighting: Literal["time", "count"]
    results: list[Day]


class Day(TypedDict):
    """One local day with readings."""

    date: str
    readings: int
    minutes: int
    active_percent: float
    mean: float
    sd: float | None
    cv_percent: float | None
    min: float
    max: float
    time_in_range: TimeInRange


class DeadLetter(TypedDict):
    """A message that was given up."""

    id: str
    actor: str
    queue: Literal["critical", "default", "bulk"]
    arguments: Any
    reason: str
    attempts: int
    died_at: str
    task: str | None
    requeued_at: str | None


class DeadLetterPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[DeadLetter]


class Definition(TypedDict):
    """What a number means; ``name`` is its path in the statistics."""

    name: str
    title: str
    unit: str
    basis: str
    formula: str
    null_when: str
    source: str


class Definitions(TypedDict):
    """The definitions of a version."""

    version: str
    rules: list[str]
    targets: list[TargetsDefinition]
    categories: list[CategoryDefinition]
    results: list[Definition]


class Delivery(TypedDict):
    """A delivery: what of, how it stands, and why not."""

    id: str
    event: str
    state: Literal["waiting", "delivered", "given up"]
    attempts: int
    error: str
    created_at: str
    next_attempt_at: str | None
    settled_at: str | None


class DeliveryPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Delivery]


class Difference(TypedDict):
    """A number whose rule is another in the program that was asked for, by its path: by our rule, and by that
    one.
    """

    metric: str
    ours: Any
    theirs: Any
    why: str


class DiscardRequest(TypedDict):
    """That it is meant."""

    confirm: bool


class Distribution(TypedDict):
    """Over the patients who have the value; percentiles by linear interpolation."""

    patients: int
    p5: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p95: float | None
    bins: list[Bin]


class Distributions(TypedDict):
    """Each number's distribution over the patients; p50 is the median patient."""

    time_in_range: Distribution
    mean: Distribution
    gmi_percent: Distribution
    cv_percent: Distribution
    active_percent: Distribution


class Episode(TypedDict):
    """One episode; extreme is the nadir or the peak, area what lies beyond the edge, in the unit times minutes."""

    kind: Literal["hypo_level1", "hypo_level2", "hypo_extended", "hyper_level1", "hyper_level2"]
    start: str
    end: str
    minutes: int
    extreme: float
    area: float
    night: bool


class EpisodeKinds(TypedDict):
    """Every kind."""

    hypo_level1: EpisodeSummary
    hypo_level2: EpisodeSummary
    hypo_extended: EpisodeSummary
    hyper_level1: EpisodeSummary
    hyper_level2: EpisodeSummary


class EpisodeSummary(TypedDict):
    """How often a kind occurred, by the days of the window; all null where the window has no data."""

    count: int | None
    per_day: float | None
    per_week: float | None
    mean_minutes: float | None
    night_percent: float | None


class Episodes(TypedDict):
    """The episodes of a window, by their start."""

    patient: str
    start: str
    end: str
    timezone: str
    as_of: str | None
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    sufficiency: Sufficiency
    summary: EpisodeKinds
    results: list[Episode]


class Exclusion(TypedDict):
    """A range of readings that no statistic uses while it stands."""

    id: str
    start: str
    end: str
    reason: Literal["compression_low", "warm_up", "faulty_sensor", "other"]
    note: str
    readings: int
    author: Clinician
    created_at: str
    undone_at: str | None
    undone_by: Clinician | None


class ExclusionBodyRequest(TypedDict):
    """What to exclude: one reading by its time, or a range."""

    time: NotRequired[dt.datetime | str]
    start: NotRequired[dt.datetime | str]
    end: NotRequired[dt.datetime | str]
    reason: Literal["compression_low", "warm_up", "faulty_sensor", "other"]
    note: NotRequired[str]


class ExclusionPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Exclusion]


class Explained(TypedDict):
    """One number with what it was computed from; inputs are in mg/dL, and empty without readings."""

    name: str
    title: str
    value: Any
    unit: str
    basis: str
    formula: str
    null_when: str
    inputs: dict[str, Any]
    source: str


class Explanation(TypedDict):
    """Why the numbers are what they are."""

    rules: list[str]
    readings: UsedReadings
    grid: Grid
    histogram: Histogram
    metrics: list[Explained]


class Gap(TypedDict):
    """A part of the time that had no readings when it was noticed, and what became of it."""

    id: str
    start: str
    end: str
    minutes: int
    state: Literal["open", "filled", "lost"]
    cause: Literal["unknown", "phone", "account", "sync"]
    noticed_at: str
    closed_at: str | None
    tries: int
    next_try_at: str | None


class GapPage(TypedDict):
    ongoing: Ongoing | None
    next: str | None
    previous: str | None
    results: list[Gap]


class Goal(TypedDict):
    """A goal: what it is about has to be above, below or at most the limit, in %; null where it cannot be told."""

    measure: Literal["target", "below", "very_low", "above", "very_high", "cv_percent"]
    comparison: Literal["above", "below", "at_most"]
    limit: float
    value: float | None
    met: bool | None


class GoalDefinition(TypedDict):
    """A goal: what it is about has to be above, below or at most the limit, in %."""

    measure: Literal["target", "below", "very_low", "above", "very_high", "cv_percent"]
    comparison: Literal["above", "below", "at_most"]
    limit: float


class GoalLimits(TypedDict):
    """Limits of goals in %; null where the targets have no such goal."""

    target: float | None
    below: float | None
    very_low: float | None
    above: float | None
    very_high: float | None
    cv_percent: float | None


class GoalLimitsBodyRequest(TypedDict):
    """Limits of goals in %; where one is not said it is that of type 1 and 2."""

    target: NotRequired[float]
    below: NotRequired[float]
    very_low: NotRequired[float]
    above: NotRequired[float]
    very_high: NotRequired[float]
    cv_percent: NotRequired[float]


class Goals(TypedDict):
    """The goals of the targets; ``met`` is whether all are."""

    met: bool | None
    results: list[Goal]


class Grid(TypedDict):
    """The grid of five minutes; interpolated are its points between readings, bridged those where one is
    missing.
    """

    points: int
    points_with_value: int
    interpolated: int
    interpolated_percent: float | None
    bridged: int
    bridged_percent: float | None


class HealthProfile(TypedDict):
    """A health profile; null is not known."""

    patient: str
    insulin_sensitivity_mg_dl_per_unit: float | None
    carb_ratio_g_per_unit: float | None
    target_low_mg_dl: int | None
    target_high_mg_dl: int | None
    updated_at: str | None


class HealthProfileBodyRequest(TypedDict):
    """What dosing is based on; what is not given is not known. Amounts of glucose are in mg/dL."""

    insulin_sensitivity_mg_dl_per_unit: NotRequired[float | None]
    carb_ratio_g_per_unit: NotRequired[float | None]
    target_low_mg_dl: NotRequired[int | None]
    target_high_mg_dl: NotRequired[int | None]


class Histogram(TypedDict):
    """How often each value occurred, in readings and in minutes."""

    mg_dl: list[int]
    readings: list[int]
    minutes: list[int]


class Import(TypedDict):
    """An import. In a dry run, `stored` and `duplicates` are what would be."""

    id: str
    patient: str
    task: str | None
    state: Literal["waiting", "running", "checked", "done", "failed", "cancelled"]
    error: ImportError | None
    dry_run: bool
    has_file: bool
    size: int
    format: Literal["libreview", "clarity", "nightscout", "tidepool"] | None
    date_order: str | None
    timezone: str | None
    progress: float
    lines: int
    glucose: int
    treatments: int
    stored: int
    duplicates: int
    stored_treatments: int
    duplicate_treatments: int
    refused: list[RefusedCount]
    first_refused: list[RefusedLine]
    start: str | None
    end: str | None
    warnings: list[ImportWarning]
    created_at: str
    started_at: str | None
    finished_at: str | None


class ImportBegun(TypedDict):
    """An import that goes on in the background, and its task."""

    id: str
    task: str


class ImportError(TypedDict):
    """Why an import failed."""

    code: str
    words: str
    field: str | None
    choices: list[str]


class ImportPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Import]


class ImportWarning(TypedDict):
    """Something to look at before it is stored."""

    code: str
    words: str


class InvitationRequest(TypedDict):
    """Somebody to invite."""

    email: str
    name: str
    role: Literal["admin", "clinician", "researcher", "patient"]
    language: NotRequired[Literal["en", "pt-br", "es"]]


class Key(TypedDict):
    """A key without its secret."""

    id: str
    name: str
    user: str
    scopes: list[
        Literal[
            "patients:read",
            "patients:write",
            "readings:read",
            "readings:write",
            "treatments:read",
            "treatments:write",
            "statistics:read",
            "imports:write",
        ]
    ]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    old_secret_until: str | None


class KeyPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Key]


class KeyWithSecret(TypedDict):
    """A key with its secret, which is told this once."""

    id: str
    name: str
    user: str
    scopes: list[
        Literal[
            "patients:read",
            "patients:write",
            "readings:read",
            "readings:write",
            "treatments:read",
            "treatments:write",
            "statistics:read",
            "imports:write",
        ]
    ]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    old_secret_until: str | None
    secret: str


class Latest(TypedDict):
    """The newest reading of a patient."""

    patient: NamedPatient
    time: str
    value: float
    unit: Literal["mg/dL", "mmol/L"]
    trend: int | None
    source: Literal["dexcom_share", "file", "librelinkup_current", "librelinkup_graph", "librelinkup_logbook", "upload"]
    age_seconds: int
    stale: bool
    out_of_range: int
    excluded: bool


class LatestPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Latest]


class LinkRequest(TypedDict):
    """Either ``patient``, or ``create: true`` with what is known of the new patient; the name is the vendor's."""

    name: NotRequired[str]
    external_ref: NotRequired[str | None]
    birth_date: NotRequired[dt.date | str | None]
    email: NotRequired[str | None]
    sex: NotRequired[Literal["female", "male", "other", "unknown"]]
    diabetes_type: NotRequired[Literal["type1", "type2", "gestational", "lada", "mody", "other", "unknown"]]
    timezone: NotRequired[str]
    unit: NotRequired[Literal["mg/dL", "mmol/L"]]
    target_set: NotRequired[Literal["t1_t2", "older_high_risk", "pregnancy_t1"]]
    status: NotRequired[Literal["active", "paused", "discharged"]]
    clinicians: NotRequired[list[UUID | str]]
    user: NotRequired[UUID | str | None]
    patient: NotRequired[UUID | str]
    create: NotRequired[bool]


class Me(TypedDict):
    """Who the caller is."""

    id: str
    username: str
    name: str
    role: Literal["admin", "clinician", "researcher", "service", "patient"]
    clinic: str
    clinic_name: str


class Member(TypedDict):
    """A member of the clinic."""

    id: str
    username: str
    name: str
    email: str
    role: Literal["admin", "clinician", "researcher", "service", "patient"]
    status: Literal["active", "invited", "deactivated"]
    second_factor: bool
    invitation_expires_at: str | None


class MemberPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Member]


class MissingMinutes(TypedDict):
    """Missing minutes of one cause."""

    cause: Literal["unknown", "phone", "account", "sync"]
    fillable: bool
    minutes: int


class NamedPatient(TypedDict):
    """Whose reading it is."""

    id: str
    name: str


class NewAccountRequest(TypedDict):
    """An account to follow patients from."""

    email: str
    password: str
    region: NotRequired[
        Literal["", "ae", "ap", "au", "ca", "cn", "de", "eu", "eu2", "fr", "jp", "la", "ous", "ru", "us"]
    ]
    kind: NotRequired[Literal["librelinkup", "dexcom_share"]]


class NewImportRequest(TypedDict):
    """A file, and what it does not say of itself."""

    file: bytes | IO[bytes]
    patient: UUID | str
    format: NotRequired[Literal["libreview", "clarity", "nightscout", "tidepool"]]
    timezone: NotRequired[str]
    date_order: NotRequired[Literal["day_first", "month_first"]]
    dry_run: NotRequired[bool]


class NewKeyRequest(TypedDict):
    """A key to make, with what it may do."""

    name: str
    scopes: list[
        Literal[
            "patients:read",
            "patients:write",
            "readings:read",
            "readings:write",
            "treatments:read",
            "treatments:write",
            "statistics:read",
            "imports:write",
        ]
    ]
    expires_at: NotRequired[dt.datetime | str]


class NewWebhookRequest(TypedDict):
    """A webhook to make."""

    url: str
    events: list[Literal["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]]
    description: NotRequired[str]


class Note(TypedDict):
    """A note with what it said before, oldest first."""

    text: str
    author: Writer
    written_at: str
    id: str
    start: str | None
    end: str | None
    former: list[NoteVersion]
    removed_at: str | None
    removed_by: Writer | None


class NoteBodyRequest(TypedDict):
    """A new note; about the patient where no time is said, about a moment where no end is."""

    text: str
    start: NotRequired[dt.datetime | str | None]
    end: NotRequired[dt.datetime | str | None]


class NotePage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Note]


class NoteVersion(TypedDict):
    """What a note says, or said before."""

    text: str
    author: Writer
    written_at: str


class Notification(TypedDict):
    """What a user is told; ``text`` is made when it is read, by what they may see."""

    id: str
    kind: str
    text: str
    subject: dict[str, Any]
    created_at: str
    read_at: str | None


class NotificationPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Notification]


class Ongoing(TypedDict):
    """A silence that lasts; it becomes a gap when the next reading comes."""

    start: str
    cause: Literal["unknown", "phone", "account", "sync"]
    minutes: int


class OverviewChange(TypedDict):
    """Current minus previous; percentages in points."""

    time_in_range: BandPoints
    mean: float
    sd: float | None
    cv_percent: float | None
    gmi_percent: float
    active_percent: float


class OverviewPatient(TypedDict):
    """Who it is; without a name for a key that may not read patients."""

    id: str
    name: str | None
    external_ref: str | None
    diabetes_type: Literal["type1", "type2", "gestational", "lada", "mody", "other", "unknown"]
    status: Literal["active", "paused", "discharged"]


class OverviewRow(TypedDict):
    """A patient with what stands out; numbers are null where there is no data; ``reason`` says what is too
    little.
    """

    patient: OverviewPatient
    latest: Latest | None
    start: str
    end: str
    timezone: str
    ranges: Literal["t1_t2", "older_high_risk", "pregnancy_t1", "custom"]
    categories: list[
        Literal[
            "very_low",
            "any_low",
            "tir_drop",
            "low_time_in_range",
            "any_high",
            "very_high",
            "extreme_high",
            "low_use",
            "meeting_targets",
            "no_data",
        ]
    ]
    sufficient: bool
    reason: str | None
    readings: int
    minutes: int
    mean: float | None
    sd: float | None
    cv_percent: float | None
    gmi_percent: float | None
    active_percent: float
    time_in_range: TimeInRange
    change_from_previous_period: OverviewChange | None


class OverviewRowPage(TypedDict):
    days: int
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    patients: int
    counts: CategoryCounts
    next: str | None
    previous: str | None
    results: list[OverviewRow]


class PatchedAccountChangeRequest(TypedDict):
    """What may change; a disabled account is active again when its state is set so."""

    password: NotRequired[str]
    region: NotRequired[
        Literal["", "ae", "ap", "au", "ca", "cn", "de", "eu", "eu2", "fr", "jp", "la", "ous", "ru", "us"]
    ]
    state: NotRequired[Literal["active", "disabled"]]


class PatchedMemberChangeRequest(TypedDict):
    """What may change of a member."""

    name: NotRequired[str]
    role: NotRequired[Literal["admin", "clinician", "researcher", "patient"]]
    active: NotRequired[bool]


class PatchedNoteTextRequest(TypedDict):
    """What a note says from now on."""

    text: NotRequired[str]


class PatchedPatientBodyRequest(TypedDict):
    """What can be said about a patient; name and timezone are required of a new one."""

    name: NotRequired[str]
    external_ref: NotRequired[str | None]
    birth_date: NotRequired[dt.date | str | None]
    email: NotRequired[str | None]
    sex: NotRequired[Literal["female", "male", "other", "unknown"]]
    diabetes_type: NotRequired[Literal["type1", "type2", "gestational", "lada", "mody", "other", "unknown"]]
    timezone: NotRequired[str]
    unit: NotRequired[Literal["mg/dL", "mmol/L"]]
    target_set: NotRequired[Literal["t1_t2", "older_high_risk", "pregnancy_t1"]]
    status: NotRequired[Literal["active", "paused", "discharged"]]
    clinicians: NotRequired[list[UUID | str]]
    user: NotRequired[UUID | str | None]


class PatchedWebhookChangeRequest(TypedDict):
    """What may change of a webhook."""

    url: NotRequired[str]
    events: NotRequired[list[Literal["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]]]
    description: NotRequired[str]
    active: NotRequired[bool]


class Patient(TypedDict):
    """A patient; ``latest`` is the newest reading in the patient's unit, null while there is none."""

    id: str
    name: str
    external_ref: str | None
    birth_date: str | None
    email: str | None
    sex: Literal["female", "male", "other", "unknown"]
    diabetes_type: Literal["type1", "type2", "gestational", "lada", "mody", "other", "unknown"]
    timezone: str
    unit: Literal["mg/dL", "mmol/L"]
    target_set: Literal["t1_t2", "older_high_risk", "pregnancy_t1", "custom"]
    status: Literal["active", "paused", "discharged"]
    clinicians: list[str]
    user: str | None
    created_at: str
    updated_at: str
    latest: Latest | None


class PatientBodyRequest(TypedDict):
    """What can be said about a patient; name and timezone are required of a new one."""

    name: str
    external_ref: NotRequired[str | None]
    birth_date: NotRequired[dt.date | str | None]
    email: NotRequired[str | None]
    sex: NotRequired[Literal["female", "male", "other", "unknown"]]
    diabetes_type: NotRequired[Literal["type1", "type2", "gestational", "lada", "mody", "other", "unknown"]]
    timezone: str
    unit: NotRequired[Literal["mg/dL", "mmol/L"]]
    target_set: NotRequired[Literal["t1_t2", "older_high_risk", "pregnancy_t1"]]
    status: NotRequired[Literal["active", "paused", "discharged"]]
    clinicians: NotRequired[list[UUID | str]]
    user: NotRequired[UUID | str | None]


class PatientPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Patient]


class PatientTargets(TypedDict):
    """The targets that stood from an instant on."""

    target_set: Literal["t1_t2", "older_high_risk", "pregnancy_t1", "custom"]
    low_mg_dl: int
    high_mg_dl: int
    goals: GoalLimits
    since: str | None
    set_by: WhoSetTargets | None
    reason: str | None
    current: bool


class Period(TypedDict):
    """A period, with its change from the one before where there is one."""

    name: str
    start: str
    end: str
    sufficiency: Sufficiency
    readings: int
    minutes: int
    mean: float | None
    median: float | None
    sd: float | None
    cv_percent: float | None
    min: float | None
    max: float | None
    q1: float | None
    q3: float | None
    gmi_percent: float | None
    time_in_range: TimeInRange
    goals: Goals
    change: Change | None


class PeriodBefore(TypedDict):
    """A period: what of it lies in the window, from its first local day to its last, both included."""

    name: str
    start: str
    end: str
    sufficiency: Sufficiency
    readings: int
    minutes: int
    mean: float | None
    median: float | None
    sd: float | None
    cv_percent: float | None
    min: float | None
    max: float | None
    q1: float | None
    q3: float | None
    gmi_percent: float | None
    time_in_range: TimeInRange
    goals: Goals


class Periods(TypedDict):
    """The periods of a window of local days, the window as a whole, and the one of the same length before it."""

    patient: str
    timezone: str
    as_of: str | None
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"]
    targets: TargetRange
    weighting: Literal["time", "count"]
    by: Literal["day", "week", "month", "time_of_day", "weekday"]
    results: list[Period]
    window: Period
    previous: PeriodBefore


class Points(TypedDict):
    """Differences of percentages of the bands, in percentage points."""

    very_low: float | None
    low: float | None
    target: float | None
    tight_target: float | None
    high: float | None
    very_high: float | None
    below: float | None
    above: float | None


class Pooled(TypedDict):
    """All readings of all patients as one."""

    readings: int
    minutes: int
    mean: float | None
    sd: float | None
    cv_percent: float | None
    gmi_percent: float | None
    time_in_range: TimeInRange


class QueueCounts(TypedDict):
    """How many of all patients are in each state, whatever the filters."""

    overdue: int
    due: int
    upcoming: int


class Queued(TypedDict):
    """A patient and when they are due; days are those of the clinic's zone."""

    patient: NamedPatient
    state: Literal["overdue", "due", "upcoming"]
    due_on: str
    overdue_days: int
    because: Because
    categories: list[
        Literal[
            "very_low",
            "any_low",
            "tir_drop",
            "low_time_in_range",
            "any_high",
            "very_high",
            "extreme_high",
            "low_use",
            "meeting_targets",
            "no_data",
        ]
    ]
    cadence: Cadence
    last_review: Review | None


class QueuedPage(TypedDict):
    today: str
    timezone: str
    counts: QueueCounts
    next: str | None
    previous: str | None
    results: list[Queued]


class QuietHours(TypedDict):
    """Local times between which nobody is told."""

    start: str
    end: str
    timezone: str | None


class QuietHoursBodyRequest(TypedDict):
    """Local times between which nobody is told; none where both are the same."""

    start: str
    end: str
    timezone: NotRequired[str]


class Read(TypedDict):
    """How many were read by this."""

    read: int


class Reading(TypedDict):
    """A reading as a row."""

    time: str
    value: float
    unit: Literal["mg/dL", "mmol/L"]
    trend: int | None
    source: Literal["dexcom_share", "file", "librelinkup_current", "librelinkup_graph", "librelinkup_logbook", "upload"]
    utc_offset_minutes: int
    excluded: bool
    out_of_range: int


class ReadingColumns(TypedDict):
    """A window in columns."""

    treatments: NotRequired[list[TreatmentMark]]
    patient: str
    unit: Literal["mg/dL", "mmol/L"]
    start: str
    end: str
    count: int
    time: list[int]
    value: list[float]


class ReadingPage(TypedDict):
    treatments: NotRequired[list[TreatmentMark]]
    next: str | None
    previous: str | None
    results: list[Reading]


class RebuildRequest(TypedDict):
    """Which window to rebuild: the 14 days up to its end, which is now, where nothing is said."""

    start: NotRequired[dt.datetime | str]
    end: NotRequired[dt.datetime | str]


class Receipt(TypedDict):
    """What became of a bulk post; a duplicate tells minutes that a stored reading tells already."""

    received: int
    stored: int
    duplicates: int
    rejected: list[Rejected]


class RefreshRequest(TypedDict):
    """A refresh token."""

    refresh: str


class RefusedCount(TypedDict):
    """How many lines were refused for a reason."""

    code: str
    count: int


class RefusedLine(TypedDict):
    """A line that was refused; the words repeat nothing of it."""

    line: int
    code: str
    words: str


class Rejected(TypedDict):
    """A reading that was not stored, and why."""

    index: int
    reason: str


class RemovalBodyRequest(TypedDict):
    """Why a treatment is taken back."""

    reason: NotRequired[str]


class Review(TypedDict):
    """A review; days are those of the clinic's zone."""

    id: str
    reviewed_at: str
    reviewed_on: str
    reviewer: Writer
    outcome: Literal["no_change", "treatment_changed", "contacted", "appointment", "referred", "other"]
    note: str
    next_on: str
    next_by_cadence: bool


class ReviewBodyRequest(TypedDict):
    """What came of a review."""

    outcome: Literal["no_change", "treatment_changed", "contacted", "appointment", "referred", "other"]
    note: NotRequired[str]
    next_on: NotRequired[dt.date | str | None]


class ReviewPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Review]


class ReviewRules(TypedDict):
    """How the clinic reviews."""

    timezone: str
    kind: Literal["weekly", "two_weekly", "monthly", "custom"]
    days: int | None
    by_category: CategoryDays


class ReviewRulesBodyRequest(TypedDict):
    """How the clinic reviews from now on, as a whole."""

    kind: Literal["weekly", "two_weekly", "monthly", "custom"]
    days: NotRequired[int | None]
    timezone: str
    by_category: NotRequired[CategoryDaysRequest]


class Risk(TypedDict):
    """Risk indices."""

    gri: float | None
    gri_zone: Literal["A", "B", "C", "D", "E"] | None
    gri_hypo_component: float | None
    gri_hyper_component: float | None
    lbgi: float | None
    hbgi: float | None
    adrr: float | None


class RotationRequest(TypedDict):
    """How long the secret before still works."""

    overlap_hours: NotRequired[int]


class Sensor(TypedDict):
    """A sensor that the patient wore; during a swap two of them have no end."""

    id: str
    serial: str
    activated_at: str | None
    ended_at: str | None
    first_seen_at: str


class Sensors(TypedDict):
    results: list[Sensor]


class Session(TypedDict):
    """A sign-in that is not over."""

    id: str
    current: bool
    created_at: str
    last_used_at: str
    expires_at: str
    user_agent: str
    address: str


class SessionPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Session]


class SetAside(TypedDict):
    """Something that the vendor sent and that could not become a reading."""

    reason: str
    content: str
    times: int
    first_seen_at: str
    last_seen_at: str


class SetAsides(TypedDict):
    results: list[SetAside]


class Share(TypedDict):
    """What lies in a band; percent is null without readings."""

    percent: float | None
    minutes: int
    readings: int


class SignInRequest(TypedDict):
    """User name and password."""

    username: str
    password: str
    otp: NotRequired[str]


class SnoozeBodyRequest(TypedDict):
    """For how long everybody is left alone with it."""

    minutes: int


class StartRequest(TypedDict):
    """How to begin an import whose file is there already."""

    date_order: NotRequired[Literal["day_first", "month_first"]]


class Statistics(TypedDict):
    """The statistics of a window; glucose values are in ``unit``, and null where they cannot be computed.

    With ``compatibility`` the numbers are those of another program wherever its rule is another, which
    ``differences`` lists; what it does not have, or what we do not compute its way, is ours and in
    ``not_reproduced``.
    """

    patient: str
    start: str
    end: str
    timezone: str
    as_of: str | None
    unit: Literal["mg/dL", "mmol/L"]
    definitions: str
    ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"]
    targets: TargetRange
    weighting: Literal["time", "count"]
    compatibility: Literal["agata", "iglu", "tidepool"] | None
    sufficiency: StatisticsSufficiency
    readings: int
    minutes: int
    mean: float | None
    median: float | None
    sd: float | None
    cv_percent: float | None
    min: float | None
    max: float | None
    q1: float | None
    q3: float | None
    gmi_percent: float | None
    ea1c_percent: float | None
    time_in_range: TimeInRange
    goals: Goals
    risk: Risk
    variability: Variability
    episodes: EpisodeKinds
    explain: NotRequired[Explanation]
    differences: NotRequired[list[Difference]]
    not_reproduced: NotRequired[list[str]]


class StatisticsSufficiency(TypedDict):
    """``active_percent`` is of the window; ``record_active_percent`` of the time from the first reading to the
    last.
    """

    sufficient: bool
    days: float
    days_with_data: int
    active_percent: float
    reason: str | None
    record_active_percent: float | None


class Sufficiency(TypedDict):
    """Whether there is enough data: 14 days, 70 % active."""

    sufficient: bool
    days: float
    days_with_data: int
    active_percent: float
    reason: str | None


class SyncTruth(TypedDict):
    results: list[TruthOfDay]


class TargetRange(TypedDict):
    """The target range in the unit, both ends included."""

    low: float
    high: float


class TargetsBodyRequest(TypedDict):
    """One of the sets by its name, or a target range of the patient's own with its goals."""

    target_set: NotRequired[Literal["t1_t2", "older_high_risk", "pregnancy_t1", "custom"]]
    low_mg_dl: NotRequired[int]
    high_mg_dl: NotRequired[int]
    goals: NotRequired[GoalLimitsBodyRequest]
    reason: NotRequired[str | None]


class TargetsDefinition(TypedDict):
    """A set of targets; the range in mg/dL, both ends included."""

    ranges: Literal["older_high_risk", "pregnancy_t1", "t1_t2"]
    low: int
    high: int
    goals: list[GoalDefinition]


class TargetsHistory(TypedDict):
    results: list[PatientTargets]


class Task(TypedDict):
    """Where a task stands; ``error`` is null while there is none."""

    id: str
    kind: str
    status: Literal["pending", "processing", "done", "failed", "cancelled"]
    progress: float
    created_at: str
    started_at: str | None
    finished_at: str | None
    cancel_requested_at: str | None
    attempts: int
    error: str | None
    result: Any


class TaskId(TypedDict):
    """The task that was started."""

    task: str


class TaskPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Task]


class TimeInRange(TypedDict):
    """The consensus bands."""

    very_low: Share
    low: Share
    target: Share
    tight_target: Share
    high: Share
    very_high: Share
    below: Share
    above: Share


class TokenPair(TypedDict):
    """What signing in answers."""

    access: str
    refresh: str


class Treatment(TypedDict):
    """A treatment, and whether it was taken back."""

    id: str
    time: str
    utc_offset_minutes: int
    kind: Literal["rapid_insulin", "long_insulin", "other_insulin", "basal", "carbohydrates"]
    amount: float
    unit: Literal["U", "g"]
    duration_minutes: int | None
    source: Literal["dexcom_share", "file", "librelinkup_current", "librelinkup_graph", "librelinkup_logbook", "upload"]
    note: str
    received_at: str
    removed: bool
    removals: list[TreatmentRemoval]


class TreatmentMark(TypedDict):
    """A treatment as it is shown beside readings."""

    id: str
    time: str
    utc_offset_minutes: int
    kind: Literal["rapid_insulin", "long_insulin", "other_insulin", "basal", "carbohydrates"]
    amount: float
    unit: Literal["U", "g"]
    duration_minutes: int | None
    source: Literal["dexcom_share", "file", "librelinkup_current", "librelinkup_graph", "librelinkup_logbook", "upload"]


class TreatmentPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Treatment]


class TreatmentRemoval(TypedDict):
    """That a treatment was taken back; it counts again where it was restored."""

    removed_at: str
    removed_by: Clinician
    reason: str
    restored_at: str | None
    restored_by: Clinician | None


class TreatmentUploadRequest(TypedDict):
    """Up to 10,000 treatments. It documents the body; glucose/treatment_uploads.py reads it."""

    treatments: list[UploadedTreatmentRequest]


class TruthOfDay(TypedDict):
    """A local day in minutes: received, fillable and lost are together what was expected."""

    date: str
    minutes: int
    expected: int
    received: int
    fillable: int
    lost: int
    causes: list[MissingMinutes]


class UploadRequest(TypedDict):
    """Up to 10,000 readings. It documents the body; glucose/uploads.py reads it."""

    readings: list[UploadedReadingRequest]


class UploadedReadingRequest(TypedDict):
    """A reading of a bulk post."""

    time: dt.datetime | str
    value: float
    unit: NotRequired[Literal["mg/dL", "mmol/L"]]
    trend: NotRequired[int | None]
    source: NotRequired[Literal["file", "upload"] | None]
    cadence_minutes: NotRequired[Literal[1, 5, 15] | None]


class UploadedTreatmentRequest(TypedDict):
    """A treatment of a bulk post."""

    time: dt.datetime | str
    kind: Literal["rapid_insulin", "long_insulin", "other_insulin", "basal", "carbohydrates"]
    amount: float
    unit: NotRequired[Literal["U", "g"]]
    duration_minutes: NotRequired[int | None]
    source: NotRequired[Literal["file", "upload"] | None]
    note: NotRequired[str]


class UsedReadings(TypedDict):
    """The readings of a window: those that count, and those that are excluded."""

    used: int
    minutes: int
    excluded: int
    excluded_minutes: int
    first: str | None
    last: str | None
    by_cadence_minutes: dict[str, int]


class UserOfEvent(TypedDict):
    """Who did it."""

    id: str
    username: str


class Variability(TypedDict):
    """Variability; MAGE, MODD, CONGA and the reference of the M-value are in the unit, MAG is per hour."""

    mage: float | None
    mage_plus: float | None
    mage_minus: float | None
    modd: float | None
    conga_24: float | None
    gvp_percent: float | None
    mag: float | None
    j_index: float | None
    li: float | None
    m_value: float | None
    m_value_reference: float
    grade: float | None
    grade_hypo_percent: float | None
    grade_eu_percent: float | None
    grade_hyper_percent: float | None


class VendorPatient(TypedDict):
    """A person whom the account follows."""

    vendor_id: str
    first_name: str
    last_name: str
    state: Literal["unlinked", "linked", "ignored"]
    problem: Literal["vanished", "twice", "elsewhere"] | None
    problem_detail: str | None
    problem_since: str | None
    patient: str | None
    newest_at: str | None
    first_seen_at: str
    last_seen_at: str


class VendorPatients(TypedDict):
    results: list[VendorPatient]


class Webhook(TypedDict):
    """A webhook without its secret."""

    id: str
    url: str
    description: str
    events: list[Literal["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]]
    active: bool
    standing: str
    standing_detail: str
    created_at: str
    last_success_at: str | None
    last_failure_at: str | None
    failing_since: str | None
    old_secret_until: str | None


class WebhookPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Webhook]


class WebhookTest(TypedDict):
    """An event that was put to be sent."""

    delivery: str


class WebhookWithSecret(TypedDict):
    """A webhook with its secret, which is told this once."""

    id: str
    url: str
    description: str
    events: list[Literal["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]]
    active: bool
    standing: str
    standing_detail: str
    created_at: str
    last_success_at: str | None
    last_failure_at: str | None
    failing_since: str | None
    old_secret_until: str | None
    secret: str


class WhoSetTargets(TypedDict):
    """Who set the targets."""

    id: str
    name: str


class Writer(TypedDict):
    """Who did it."""

    id: str
    name: str


LatestReadings = Latest | LatestPage

Readings = ReadingPage | ReadingColumns


class _Operations(_Connection):
    """A method for each operation."""

    def alerts_list(
        self,
        *,
        cursor: str | None = None,
        kind: Literal["account_action", "falling_fast", "high", "low", "no_data", "sensor_ending", "urgent_low"]
        | None = None,
        page_size: int | None = None,
        patient: UUID | str | None = None,
        state: Literal["all", "closed", "open"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
    ) -> AlertPage:
        """A page of alerts, newest first.

        ``GET /api/v1/alerts/``
        """
        answer: AlertPage = self._json(
            "GET",
            "/api/v1/alerts/",
            query={
                "cursor": cursor,
                "kind": kind,
                "page_size": page_size,
                "patient": patient,
                "state": state,
                "unit": unit,
            },
        )
        return answer

    def alerts(
        self,
        *,
        kind: Literal["account_action", "falling_fast", "high", "low", "no_data", "sensor_ending", "urgent_low"]
        | None = None,
        page_size: int | None = None,
        patient: UUID | str | None = None,
        state: Literal["all", "closed", "open"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
    ) -> Iterator[Alert]:
        """A page of alerts, newest first.

        The rows of every page of ``GET /api/v1/alerts/``
        """
        return self._each(
            "/api/v1/alerts/", {"kind": kind, "page_size": page_size, "patient": patient, "state": state, "unit": unit}
        )

    def alerts_read(self, alert_id: UUID | str, *, unit: Literal["mg/dL", "mmol/L"] | None = None) -> AlertDetail:
        """The alert with all that became of it.

        ``GET /api/v1/alerts/{alert_id}/``
        """
        answer: AlertDetail = self._json("GET", f"/api/v1/alerts/{_step(alert_id)}/", query={"unit": unit})
        return answer

    def alerts_acknowledge(
        self, alert_id: UUID | str, *, unit: Literal["mg/dL", "mmol/L"] | None = None
    ) -> AlertDetail:
        """Say that you look after it: nobody is reminded, and it escalates no more.

        ``POST /api/v1/alerts/{alert_id}/acknowledge/``
        """
        answer: AlertDetail = self._json("POST", f"/api/v1/alerts/{_step(alert_id)}/acknowledge/", query={"unit": unit})
        return answer

    def alerts_snooze(
        self, alert_id: UUID | str, body: SnoozeBodyRequest, *, unit: Literal["mg/dL", "mmol/L"] | None = None
    ) -> AlertDetail:
        """Leave everybody alone with it for so many minutes; then who was told is reminded.

        ``POST /api/v1/alerts/{alert_id}/snooze/``
        """
        answer: AlertDetail = self._json(
            "POST", f"/api/v1/alerts/{_step(alert_id)}/snooze/", query={"unit": unit}, body=body
        )
        return answer

    def alert_rules_list(
        self, *, patient: UUID | str | None = None, unit: Literal["mg/dL", "mmol/L"] | None = None
    ) -> AlertRules:
        """The rule of every kind as it stands, for the clinic or for a patient.

        ``GET /api/v1/alerts/rules/``
        """
        answer: AlertRules = self._json("GET", "/api/v1/alerts/rules/", query={"patient": patient, "unit": unit})
        return answer

    def alert_rules_set(self, body: AlertRuleBodyRequest, *, idempotency_key: str | None = None) -> AlertRule:
        """Let a rule stand from now on, in place of all that was said at its level.

        ``POST /api/v1/alerts/rules/``
        """
        answer: AlertRule = self._json(
            "POST", "/api/v1/alerts/rules/", headers={"Idempotency-Key": idempotency_key or str(uuid4())}, body=body
        )
        return answer

    def auth_logout(self, body: RefreshRequest) -> None:
        """End the session of the refresh token, with its access tokens.

        ``POST /api/v1/auth/logout/``
        """
        self._json("POST", "/api/v1/auth/logout/", body=body, signed_in=False)

    def auth_logout_everywhere(self) -> None:
        """End all sessions of the caller, this one and those of the pages too.

        ``POST /api/v1/auth/logout-everywhere/``
        """
        self._json("POST", "/api/v1/auth/logout-everywhere/")

    def auth_me(self) -> Me:
        """The user, the role and the clinic of the token.

        ``GET /api/v1/auth/me/``
        """
        answer: Me = self._json("GET", "/api/v1/auth/me/")
        return answer

    def auth_token(self, body: SignInRequest) -> TokenPair:
        """Tokens for a user name and a password.

        ``POST /api/v1/auth/token/``
        """
        answer: TokenPair = self._json("POST", "/api/v1/auth/token/", body=body, signed_in=False)
        return answer

    def auth_token_refresh(self, body: RefreshRequest) -> TokenPair:
        """A new pair; the refresh token that was sent is used up.

        ``POST /api/v1/auth/token/refresh/``
        """
        answer: TokenPair = self._json("POST", "/api/v1/auth/token/refresh/", body=body, signed_in=False)
        return answer

    def clinic_overview(
        self,
        *,
        category: Literal[
            "any_high",
            "any_low",
            "extreme_high",
            "low_time_in_range",
            "low_use",
            "meeting_targets",
            "no_data",
            "tir_drop",
            "very_high",
            "very_low",
        ]
        | None = None,
        clinician: UUID | str | None = None,
        cursor: str | None = None,
        days: int | None = None,
        extreme_high: Literal["false", "true"] | None = None,
        ordering: Literal[
            "-above",
            "-active_percent",
            "-below",
            "-change",
            "-created_at",
            "-cv_percent",
            "-gmi_percent",
            "-high",
            "-low",
            "-mean",
            "-target",
            "-tight_target",
            "-time_in_range",
            "-very_high",
            "-very_low",
            "above",
            "active_percent",
            "below",
            "change",
            "created_at",
            "cv_percent",
            "gmi_percent",
            "high",
            "low",
            "mean",
            "target",
            "tight_target",
            "time_in_range",
            "very_high",
            "very_low",
        ]
        | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["active", "discharged", "paused"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> OverviewRowPage:
        """A page of patients, and how many of all are in each category.

        ``GET /api/v1/clinic/overview/``
        """
        answer: OverviewRowPage = self._json(
            "GET",
            "/api/v1/clinic/overview/",
            query={
                "category": category,
                "clinician": clinician,
                "cursor": cursor,
                "days": days,
                "extreme_high": extreme_high,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "unit": unit,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def each_clinic_overview(
        self,
        *,
        category: Literal[
            "any_high",
            "any_low",
            "extreme_high",
            "low_time_in_range",
            "low_use",
            "meeting_targets",
            "no_data",
            "tir_drop",
            "very_high",
            "very_low",
        ]
        | None = None,
        clinician: UUID | str | None = None,
        days: int | None = None,
        extreme_high: Literal["false", "true"] | None = None,
        ordering: Literal[
            "-above",
            "-active_percent",
            "-below",
            "-change",
            "-created_at",
            "-cv_percent",
            "-gmi_percent",
            "-high",
            "-low",
            "-mean",
            "-target",
            "-tight_target",
            "-time_in_range",
            "-very_high",
            "-very_low",
            "above",
            "active_percent",
            "below",
            "change",
            "created_at",
            "cv_percent",
            "gmi_percent",
            "high",
            "low",
            "mean",
            "target",
            "tight_target",
            "time_in_range",
            "very_high",
            "very_low",
        ]
        | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["active", "discharged", "paused"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
    ) -> Iterator[OverviewRow]:
        """A page of patients, and how many of all are in each category.

        The rows of every page of ``GET /api/v1/clinic/overview/``
        """
        return self._each(
            "/api/v1/clinic/overview/",
            {
                "category": category,
                "clinician": clinician,
                "days": days,
                "extreme_high": extreme_high,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "unit": unit,
            },
        )

    def clinic_statistics(
        self,
        *,
        days: int | None = None,
        extreme_high: Literal["false", "true"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> ClinicStatistics:
        """The clinic as a whole, and the distribution over its patients.

        ``GET /api/v1/clinic/statistics/``
        """
        answer: ClinicStatistics = self._json(
            "GET",
            "/api/v1/clinic/statistics/",
            query={"days": days, "extreme_high": extreme_high, "unit": unit},
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def dead_letters_list(self, *, cursor: str | None = None, page_size: int | None = None) -> DeadLetterPage:
        """A page of what was given up in the clinic's background work, newest first.

        ``GET /api/v1/dead-letters/``
        """
        answer: DeadLetterPage = self._json(
            "GET", "/api/v1/dead-letters/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def dead_letters(self, *, page_size: int | None = None) -> Iterator[DeadLetter]:
        """A page of what was given up in the clinic's background work, newest first.

        The rows of every page of ``GET /api/v1/dead-letters/``
        """
        return self._each("/api/v1/dead-letters/", {"page_size": page_size})

    def dead_letters_discard(self, letter_id: UUID | str, body: DiscardRequest) -> None:
        """Forget the letter, which is confirmed in the body.

        ``POST /api/v1/dead-letters/{letter_id}/discard/``
        """
        self._json("POST", f"/api/v1/dead-letters/{_step(letter_id)}/discard/", body=body)

    def dead_letters_requeue(self, letter_id: UUID | str) -> DeadLetter:
        """Send the message again; once, for where it fails again there is a newer letter.

        ``POST /api/v1/dead-letters/{letter_id}/requeue/``
        """
        answer: DeadLetter = self._json("POST", f"/api/v1/dead-letters/{_step(letter_id)}/requeue/")
        return answer

    def definitions(self) -> Definitions:
        """Every number with unit, formula and source; the targets with goals; the categories.

        ``GET /api/v1/definitions/``
        """
        answer: Definitions = self._json("GET", "/api/v1/definitions/")
        return answer

    def imports_list(
        self, *, cursor: str | None = None, page_size: int | None = None, patient: UUID | str | None = None
    ) -> ImportPage:
        """A page of imports of the patients whom you see, newest first.

        ``GET /api/v1/imports/``
        """
        answer: ImportPage = self._json(
            "GET", "/api/v1/imports/", query={"cursor": cursor, "page_size": page_size, "patient": patient}
        )
        return answer

    def imports(self, *, page_size: int | None = None, patient: UUID | str | None = None) -> Iterator[Import]:
        """A page of imports of the patients whom you see, newest first.

        The rows of every page of ``GET /api/v1/imports/``
        """
        return self._each("/api/v1/imports/", {"page_size": page_size, "patient": patient})

    def imports_create(self, body: NewImportRequest) -> ImportBegun:
        """Import a file of a patient's readings and treatments, or say what would come of it.

        ``POST /api/v1/imports/``
        """
        answer: ImportBegun = self._json("POST", "/api/v1/imports/", form=body)
        return answer

    def imports_read(self, import_id: UUID | str) -> Import:
        """How it stands: what was found in the file, what was stored, and what was refused.

        ``GET /api/v1/imports/{import_id}/``
        """
        answer: Import = self._json("GET", f"/api/v1/imports/{_step(import_id)}/")
        return answer

    def imports_cancel(self, import_id: UUID | str) -> Import:
        """Store nothing more of it; what is stored stays.

        ``POST /api/v1/imports/{import_id}/cancel/``
        """
        answer: Import = self._json("POST", f"/api/v1/imports/{_step(import_id)}/cancel/")
        return answer

    def imports_refused(self, import_id: UUID | str) -> Stream:
        """Every line that was refused, with the reason, as CSV; no cell is a formula.

        The stream of ``GET /api/v1/imports/{import_id}/refused/``
        """
        return self._stream(f"/api/v1/imports/{_step(import_id)}/refused/", "text/csv")

    def imports_start(self, import_id: UUID | str, body: StartRequest) -> ImportBegun:
        """Store what a dry run found well, or go on with an import that was cancelled or failed.

        ``POST /api/v1/imports/{import_id}/start/``
        """
        answer: ImportBegun = self._json("POST", f"/api/v1/imports/{_step(import_id)}/start/", body=body)
        return answer

    def keys_list(self, *, cursor: str | None = None, page_size: int | None = None) -> KeyPage:
        """A page of keys, newest first, without their secrets.

        ``GET /api/v1/keys/``
        """
        answer: KeyPage = self._json("GET", "/api/v1/keys/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def keys(self, *, page_size: int | None = None) -> Iterator[Key]:
        """A page of keys, newest first, without their secrets.

        The rows of every page of ``GET /api/v1/keys/``
        """
        return self._each("/api/v1/keys/", {"page_size": page_size})

    def keys_create(self, body: NewKeyRequest) -> KeyWithSecret:
        """Make a key and the service user that acts by it; the secret is told this once.

        ``POST /api/v1/keys/``
        """
        answer: KeyWithSecret = self._json("POST", "/api/v1/keys/", body=body)
        return answer

    def keys_delete(self, key_id: UUID | str) -> None:
        """Forget the key; it opens nothing any more, and its user is deactivated.

        ``DELETE /api/v1/keys/{key_id}/``
        """
        self._json("DELETE", f"/api/v1/keys/{_step(key_id)}/")

    def keys_rotate(self, key_id: UUID | str, body: RotationRequest) -> KeyWithSecret:
        """A new secret, told this once; the one before works for so many hours more.

        ``POST /api/v1/keys/{key_id}/rotate/``
        """
        answer: KeyWithSecret = self._json("POST", f"/api/v1/keys/{_step(key_id)}/rotate/", body=body)
        return answer

    def librelinkup_accounts_list(self, *, cursor: str | None = None, page_size: int | None = None) -> AccountPage:
        """A page of accounts, oldest first, each with its state and what to do about it.

        ``GET /api/v1/librelinkup/accounts/``
        """
        answer: AccountPage = self._json(
            "GET", "/api/v1/librelinkup/accounts/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def librelinkup_accounts(self, *, page_size: int | None = None) -> Iterator[Account]:
        """A page of accounts, oldest first, each with its state and what to do about it.

        The rows of every page of ``GET /api/v1/librelinkup/accounts/``
        """
        return self._each("/api/v1/librelinkup/accounts/", {"page_size": page_size})

    def librelinkup_accounts_create(self, body: NewAccountRequest, *, idempotency_key: str | None = None) -> Account:
        """Add an account; it is synced at once.

        ``POST /api/v1/librelinkup/accounts/``
        """
        answer: Account = self._json(
            "POST",
            "/api/v1/librelinkup/accounts/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def librelinkup_accounts_read(self, account_id: UUID | str, *, if_none_match: str | None = None) -> Account:
        """Its state and its patients.

        ``GET /api/v1/librelinkup/accounts/{account_id}/``
        """
        answer: Account = self._json(
            "GET", f"/api/v1/librelinkup/accounts/{_step(account_id)}/", headers={"If-None-Match": if_none_match}
        )
        return answer

    def librelinkup_accounts_change(
        self, account_id: UUID | str, body: PatchedAccountChangeRequest, *, if_match: str | None = None
    ) -> Account:
        """A new password or region, or the state disabled or active.

        ``PATCH /api/v1/librelinkup/accounts/{account_id}/``
        """
        answer: Account = self._json(
            "PATCH", f"/api/v1/librelinkup/accounts/{_step(account_id)}/", headers={"If-Match": if_match}, body=body
        )
        return answer

    def librelinkup_accounts_delete(self, account_id: UUID | str, *, if_match: str | None = None) -> None:
        """Forget the account; patients and readings stay.

        ``DELETE /api/v1/librelinkup/accounts/{account_id}/``
        """
        self._json("DELETE", f"/api/v1/librelinkup/accounts/{_step(account_id)}/", headers={"If-Match": if_match})

    def librelinkup_accounts_accept_terms(self, account_id: UUID | str) -> TaskId:
        """Accept the vendor's terms in your own name; it is told in the background.

        ``POST /api/v1/librelinkup/accounts/{account_id}/accept-terms/``
        """
        answer: TaskId = self._json("POST", f"/api/v1/librelinkup/accounts/{_step(account_id)}/accept-terms/")
        return answer

    def librelinkup_accounts_history(
        self, account_id: UUID | str, *, cursor: str | None = None, page_size: int | None = None
    ) -> AccountEventPage:
        """A page of its changes of state and of what people did about them, newest first.

        ``GET /api/v1/librelinkup/accounts/{account_id}/history/``
        """
        answer: AccountEventPage = self._json(
            "GET",
            f"/api/v1/librelinkup/accounts/{_step(account_id)}/history/",
            query={"cursor": cursor, "page_size": page_size},
        )
        return answer

    def each_librelinkup_accounts_history(
        self, account_id: UUID | str, *, page_size: int | None = None
    ) -> Iterator[AccountEvent]:
        """A page of its changes of state and of what people did about them, newest first.

        The rows of every page of ``GET /api/v1/librelinkup/accounts/{account_id}/history/``
        """
        return self._each(f"/api/v1/librelinkup/accounts/{_step(account_id)}/history/", {"page_size": page_size})

    def librelinkup_people_list(self, account_id: UUID | str) -> VendorPatients:
        """Everybody whom the account shows or showed, each with what stops their sync.

        ``GET /api/v1/librelinkup/accounts/{account_id}/people/``
        """
        answer: VendorPatients = self._json("GET", f"/api/v1/librelinkup/accounts/{_step(account_id)}/people/")
        return answer

    def librelinkup_unlink(self, account_id: UUID | str, vendor_id: str) -> VendorPatient:
        """Sync this person no more; the patient keeps what is stored.

        ``POST /api/v1/librelinkup/accounts/{account_id}/people/{vendor_id}/unlink/``
        """
        answer: VendorPatient = self._json(
            "POST", f"/api/v1/librelinkup/accounts/{_step(account_id)}/people/{_step(vendor_id)}/unlink/"
        )
        return answer

    def librelinkup_set_aside_list(self, account_id: UUID | str) -> SetAsides:
        """The newest 200 contents, the last seen first.

        ``GET /api/v1/librelinkup/accounts/{account_id}/set-aside/``
        """
        answer: SetAsides = self._json("GET", f"/api/v1/librelinkup/accounts/{_step(account_id)}/set-aside/")
        return answer

    def librelinkup_accounts_sync(self, account_id: UUID | str) -> TaskId:
        """Start a sync in the background.

        ``POST /api/v1/librelinkup/accounts/{account_id}/sync/``
        """
        answer: TaskId = self._json("POST", f"/api/v1/librelinkup/accounts/{_step(account_id)}/sync/")
        return answer

    def librelinkup_unlinked_list(self, account_id: UUID | str) -> VendorPatients:
        """The people of the account who wait for somebody to link or ignore them.

        ``GET /api/v1/librelinkup/accounts/{account_id}/unlinked/``
        """
        answer: VendorPatients = self._json("GET", f"/api/v1/librelinkup/accounts/{_step(account_id)}/unlinked/")
        return answer

    def librelinkup_ignore(self, account_id: UUID | str, vendor_id: str) -> VendorPatient:
        """Do not ask about this person again.

        ``POST /api/v1/librelinkup/accounts/{account_id}/unlinked/{vendor_id}/ignore/``
        """
        answer: VendorPatient = self._json(
            "POST", f"/api/v1/librelinkup/accounts/{_step(account_id)}/unlinked/{_step(vendor_id)}/ignore/"
        )
        return answer

    def librelinkup_link(self, account_id: UUID | str, vendor_id: str, body: LinkRequest) -> VendorPatient:
        """Link to an existing patient, or to a new one.

        ``POST /api/v1/librelinkup/accounts/{account_id}/unlinked/{vendor_id}/link/``
        """
        answer: VendorPatient = self._json(
            "POST", f"/api/v1/librelinkup/accounts/{_step(account_id)}/unlinked/{_step(vendor_id)}/link/", body=body
        )
        return answer

    def members_list(self, *, cursor: str | None = None, page_size: int | None = None) -> MemberPage:
        """A page of members, oldest first: those who are invited or deactivated too.

        ``GET /api/v1/members/``
        """
        answer: MemberPage = self._json("GET", "/api/v1/members/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def members(self, *, page_size: int | None = None) -> Iterator[Member]:
        """A page of members, oldest first: those who are invited or deactivated too.

        The rows of every page of ``GET /api/v1/members/``
        """
        return self._each("/api/v1/members/", {"page_size": page_size})

    def members_invite(self, body: InvitationRequest, *, idempotency_key: str | None = None) -> Member:
        """Invite somebody by e-mail.

        ``POST /api/v1/members/``
        """
        answer: Member = self._json(
            "POST", "/api/v1/members/", headers={"Idempotency-Key": idempotency_key or str(uuid4())}, body=body
        )
        return answer

    def members_read(self, member_id: UUID | str) -> Member:
        """Who they are, and whether they may sign in.

        ``GET /api/v1/members/{member_id}/``
        """
        answer: Member = self._json("GET", f"/api/v1/members/{_step(member_id)}/")
        return answer

    def members_change(self, member_id: UUID | str, body: PatchedMemberChangeRequest) -> Member:
        """Change name or role, deactivate or activate again.

        ``PATCH /api/v1/members/{member_id}/``
        """
        answer: Member = self._json("PATCH", f"/api/v1/members/{_step(member_id)}/", body=body)
        return answer

    def members_delete(self, member_id: UUID | str) -> None:
        """Deactivate a member, or revoke an invitation that was not accepted yet.

        ``DELETE /api/v1/members/{member_id}/``
        """
        self._json("DELETE", f"/api/v1/members/{_step(member_id)}/")

    def members_invite_again(self, member_id: UUID | str) -> Member:
        """Mail a new link; the one that was sent before is useless from then on.

        ``POST /api/v1/members/{member_id}/invitation/``
        """
        answer: Member = self._json("POST", f"/api/v1/members/{_step(member_id)}/invitation/")
        return answer

    def members_forget_second_factor(self, member_id: UUID | str) -> None:
        """Forget their authenticator app, passkeys and recovery codes.

        ``DELETE /api/v1/members/{member_id}/second-factor/``
        """
        self._json("DELETE", f"/api/v1/members/{_step(member_id)}/second-factor/")

    def notifications_list(
        self, *, cursor: str | None = None, page_size: int | None = None, unread: Literal["false", "true"] | None = None
    ) -> NotificationPage:
        """A page of the caller's notifications, newest first.

        ``GET /api/v1/notifications/``
        """
        answer: NotificationPage = self._json(
            "GET", "/api/v1/notifications/", query={"cursor": cursor, "page_size": page_size, "unread": unread}
        )
        return answer

    def notifications(
        self, *, page_size: int | None = None, unread: Literal["false", "true"] | None = None
    ) -> Iterator[Notification]:
        """A page of the caller's notifications, newest first.

        The rows of every page of ``GET /api/v1/notifications/``
        """
        return self._each("/api/v1/notifications/", {"page_size": page_size, "unread": unread})

    def notifications_read(self, notification_id: UUID | str) -> Notification:
        """Note that it was read; the first time counts.

        ``POST /api/v1/notifications/{notification_id}/read/``
        """
        answer: Notification = self._json("POST", f"/api/v1/notifications/{_step(notification_id)}/read/")
        return answer

    def notifications_read_all(self) -> Read:
        """Note that all that there are now were read; how many had not been.

        ``POST /api/v1/notifications/read-all/``
        """
        answer: Read = self._json("POST", "/api/v1/notifications/read-all/")
        return answer

    def patients_list(
        self,
        *,
        clinician: UUID | str | None = None,
        cursor: str | None = None,
        diabetes_type: Literal["gestational", "lada", "mody", "other", "type1", "type2", "unknown"] | None = None,
        has_data_since: dt.datetime | str | None = None,
        ordering: Literal["-created_at", "created_at"] | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["active", "discharged", "paused"] | None = None,
        target_set: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
    ) -> PatientPage:
        """A page of patients, each with the newest reading.

        ``GET /api/v1/patients/``
        """
        answer: PatientPage = self._json(
            "GET",
            "/api/v1/patients/",
            query={
                "clinician": clinician,
                "cursor": cursor,
                "diabetes_type": diabetes_type,
                "has_data_since": has_data_since,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "target_set": target_set,
            },
        )
        return answer

    def patients(
        self,
        *,
        clinician: UUID | str | None = None,
        diabetes_type: Literal["gestational", "lada", "mody", "other", "type1", "type2", "unknown"] | None = None,
        has_data_since: dt.datetime | str | None = None,
        ordering: Literal["-created_at", "created_at"] | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["active", "discharged", "paused"] | None = None,
        target_set: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
    ) -> Iterator[Patient]:
        """A page of patients, each with the newest reading.

        The rows of every page of ``GET /api/v1/patients/``
        """
        return self._each(
            "/api/v1/patients/",
            {
                "clinician": clinician,
                "diabetes_type": diabetes_type,
                "has_data_since": has_data_since,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "target_set": target_set,
            },
        )

    def patients_create(self, body: PatientBodyRequest, *, idempotency_key: str | None = None) -> Patient:
        """Add a patient.

        ``POST /api/v1/patients/``
        """
        answer: Patient = self._json(
            "POST", "/api/v1/patients/", headers={"Idempotency-Key": idempotency_key or str(uuid4())}, body=body
        )
        return answer

    def patients_read(self, patient_id: UUID | str, *, if_none_match: str | None = None) -> Patient:
        """The patient with the newest reading.

        ``GET /api/v1/patients/{patient_id}/``
        """
        answer: Patient = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/", headers={"If-None-Match": if_none_match}
        )
        return answer

    def patients_change(
        self, patient_id: UUID | str, body: PatchedPatientBodyRequest, *, if_match: str | None = None
    ) -> Patient:
        """Change what is given.

        ``PATCH /api/v1/patients/{patient_id}/``
        """
        answer: Patient = self._json(
            "PATCH", f"/api/v1/patients/{_step(patient_id)}/", headers={"If-Match": if_match}, body=body
        )
        return answer

    def patients_delete(self, patient_id: UUID | str, *, if_match: str | None = None) -> None:
        """Take the patient out of every answer; nothing is erased.

        ``DELETE /api/v1/patients/{patient_id}/``
        """
        self._json("DELETE", f"/api/v1/patients/{_step(patient_id)}/", headers={"If-Match": if_match})

    def agp(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        bin_minutes: Literal[15, 60] | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Agp:
        """Percentiles of glucose by local time of day, as JSON or by Accept as a drawing.

        ``GET /api/v1/patients/{patient_id}/agp/``
        """
        answer: Agp = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/agp/",
            query={
                "as_of": as_of,
                "bin_minutes": bin_minutes,
                "days": days,
                "end": end,
                "ranges": ranges,
                "start": start,
                "unit": unit,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def agp_as(
        self,
        patient_id: UUID | str,
        media_type: Literal["image/svg+xml"],
        *,
        as_of: dt.datetime | str | None = None,
        bin_minutes: Literal[15, 60] | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Stream:
        """Percentiles of glucose by local time of day, as JSON or by Accept as a drawing.

        The stream of ``GET /api/v1/patients/{patient_id}/agp/``
        """
        return self._stream(
            f"/api/v1/patients/{_step(patient_id)}/agp/",
            media_type,
            query={
                "as_of": as_of,
                "bin_minutes": bin_minutes,
                "days": days,
                "end": end,
                "ranges": ranges,
                "start": start,
                "unit": unit,
            },
            headers={"If-None-Match": if_none_match},
        )

    def consents_list(self, patient_id: UUID | str) -> Consents:
        """Newest first, withdrawn ones included.

        ``GET /api/v1/patients/{patient_id}/consents/``
        """
        answer: Consents = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/consents/")
        return answer

    def consents_create(
        self, patient_id: UUID | str, body: ConsentBodyRequest, *, idempotency_key: str | None = None
    ) -> Consent:
        """Write down a consent.

        ``POST /api/v1/patients/{patient_id}/consents/``
        """
        answer: Consent = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/consents/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def consents_withdraw(self, patient_id: UUID | str, consent_id: UUID | str) -> Consent:
        """Withdraw the consent.

        ``POST /api/v1/patients/{patient_id}/consents/{consent_id}/withdraw/``
        """
        answer: Consent = self._json(
            "POST", f"/api/v1/patients/{_step(patient_id)}/consents/{_step(consent_id)}/withdraw/"
        )
        return answer

    def daily(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        days: int | None = None,
        end: dt.date | str | None = None,
        ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
        start: dt.date | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        weighting: Literal["count", "time"] | None = None,
        if_none_match: str | None = None,
    ) -> Daily:
        """One entry for each local day that has readings.

        ``GET /api/v1/patients/{patient_id}/daily/``
        """
        answer: Daily = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/daily/",
            query={
                "as_of": as_of,
                "days": days,
                "end": end,
                "ranges": ranges,
                "start": start,
                "unit": unit,
                "weighting": weighting,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def episodes(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Episodes:
        """Every episode of the window by its start, and how often each kind occurred.

        ``GET /api/v1/patients/{patient_id}/episodes/``
        """
        answer: Episodes = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/episodes/",
            query={"as_of": as_of, "days": days, "end": end, "start": start, "unit": unit},
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def exclusions_list(
        self, patient_id: UUID | str, *, cursor: str | None = None, page_size: int | None = None
    ) -> ExclusionPage:
        """A page of exclusions, newest first, those included that were undone.

        ``GET /api/v1/patients/{patient_id}/exclusions/``
        """
        answer: ExclusionPage = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/exclusions/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def exclusions(self, patient_id: UUID | str, *, page_size: int | None = None) -> Iterator[Exclusion]:
        """A page of exclusions, newest first, those included that were undone.

        The rows of every page of ``GET /api/v1/patients/{patient_id}/exclusions/``
        """
        return self._each(f"/api/v1/patients/{_step(patient_id)}/exclusions/", {"page_size": page_size})

    def exclusions_create(
        self, patient_id: UUID | str, body: ExclusionBodyRequest, *, idempotency_key: str | None = None
    ) -> Exclusion:
        """Take a reading, or a range with what is still to come in it, out of every statistic.

        ``POST /api/v1/patients/{patient_id}/exclusions/``
        """
        answer: Exclusion = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/exclusions/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def exclusions_read(self, patient_id: UUID | str, exclusion_id: UUID | str) -> Exclusion:
        """The exclusion, whether it stands or was undone.

        ``GET /api/v1/patients/{patient_id}/exclusions/{exclusion_id}/``
        """
        answer: Exclusion = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/exclusions/{_step(exclusion_id)}/")
        return answer

    def exclusions_undo(self, patient_id: UUID | str, exclusion_id: UUID | str) -> Exclusion:
        """Take the readings in again, but for those that another exclusion covers.

        ``POST /api/v1/patients/{patient_id}/exclusions/{exclusion_id}/undo/``
        """
        answer: Exclusion = self._json(
            "POST", f"/api/v1/patients/{_step(patient_id)}/exclusions/{_step(exclusion_id)}/undo/"
        )
        return answer

    def gaps_list(
        self,
        patient_id: UUID | str,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        state: Literal["filled", "lost", "open"] | None = None,
    ) -> GapPage:
        """A page of gaps, newest first; beside them the silence that lasts now, if one does.

        ``GET /api/v1/patients/{patient_id}/gaps/``
        """
        answer: GapPage = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/gaps/",
            query={"cursor": cursor, "page_size": page_size, "state": state},
        )
        return answer

    def gaps(
        self,
        patient_id: UUID | str,
        *,
        page_size: int | None = None,
        state: Literal["filled", "lost", "open"] | None = None,
    ) -> Iterator[Gap]:
        """A page of gaps, newest first; beside them the silence that lasts now, if one does.

        The rows of every page of ``GET /api/v1/patients/{patient_id}/gaps/``
        """
        return self._each(f"/api/v1/patients/{_step(patient_id)}/gaps/", {"page_size": page_size, "state": state})

    def health_profile_read(self, patient_id: UUID | str, *, if_none_match: str | None = None) -> HealthProfile:
        """The profile; every value is null where nobody wrote one.

        ``GET /api/v1/patients/{patient_id}/health-profile/``
        """
        answer: HealthProfile = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/health-profile/", headers={"If-None-Match": if_none_match}
        )
        return answer

    def health_profile_replace(
        self, patient_id: UUID | str, body: HealthProfileBodyRequest, *, if_match: str | None = None
    ) -> HealthProfile:
        """Replace the whole profile: what is not given is not known any more.

        ``PUT /api/v1/patients/{patient_id}/health-profile/``
        """
        answer: HealthProfile = self._json(
            "PUT", f"/api/v1/patients/{_step(patient_id)}/health-profile/", headers={"If-Match": if_match}, body=body
        )
        return answer

    def notes_list(
        self,
        patient_id: UUID | str,
        *,
        cursor: str | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        page_size: int | None = None,
        removed: bool | None = None,
        start: dt.datetime | str | None = None,
    ) -> NotePage:
        """A page of notes, newest first; with a window, of those about a time in it.

        ``GET /api/v1/patients/{patient_id}/notes/``
        """
        answer: NotePage = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/notes/",
            query={
                "cursor": cursor,
                "days": days,
                "end": end,
                "page_size": page_size,
                "removed": removed,
                "start": start,
            },
        )
        return answer

    def notes(
        self,
        patient_id: UUID | str,
        *,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        page_size: int | None = None,
        removed: bool | None = None,
        start: dt.datetime | str | None = None,
    ) -> Iterator[Note]:
        """A page of notes, newest first; with a window, of those about a time in it.

        The rows of every page of ``GET /api/v1/patients/{patient_id}/notes/``
        """
        return self._each(
            f"/api/v1/patients/{_step(patient_id)}/notes/",
            {"days": days, "end": end, "page_size": page_size, "removed": removed, "start": start},
        )

    def notes_create(
        self, patient_id: UUID | str, body: NoteBodyRequest, *, idempotency_key: str | None = None
    ) -> Note:
        """Write a note about the patient, or about a moment or a range of their time.

        ``POST /api/v1/patients/{patient_id}/notes/``
        """
        answer: Note = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/notes/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def notes_read(self, patient_id: UUID | str, note_id: UUID | str, *, if_none_match: str | None = None) -> Note:
        """The note with what it said before, removed or not.

        ``GET /api/v1/patients/{patient_id}/notes/{note_id}/``
        """
        answer: Note = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/notes/{_step(note_id)}/",
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def notes_edit(
        self, patient_id: UUID | str, note_id: UUID | str, body: PatchedNoteTextRequest, *, if_match: str | None = None
    ) -> Note:
        """Let the note say something else; what it said before stays in its history.

        ``PATCH /api/v1/patients/{patient_id}/notes/{note_id}/``
        """
        answer: Note = self._json(
            "PATCH",
            f"/api/v1/patients/{_step(patient_id)}/notes/{_step(note_id)}/",
            headers={"If-Match": if_match},
            body=body,
        )
        return answer

    def notes_remove(self, patient_id: UUID | str, note_id: UUID | str) -> Note:
        """Take the note out of the list; it is kept, and so is who did it.

        ``POST /api/v1/patients/{patient_id}/notes/{note_id}/remove/``
        """
        answer: Note = self._json("POST", f"/api/v1/patients/{_step(patient_id)}/notes/{_step(note_id)}/remove/")
        return answer

    def periods(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        by: Literal["day", "month", "time_of_day", "week", "weekday"] | None = None,
        days: int | None = None,
        end: dt.date | str | None = None,
        ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
        start: dt.date | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        weighting: Literal["count", "time"] | None = None,
        if_none_match: str | None = None,
    ) -> Periods:
        """Statistics of each day, week or month, of blocks of the day, or of weekdays and weekends.

        ``GET /api/v1/patients/{patient_id}/periods/``
        """
        answer: Periods = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/periods/",
            query={
                "as_of": as_of,
                "by": by,
                "days": days,
                "end": end,
                "ranges": ranges,
                "start": start,
                "unit": unit,
                "weighting": weighting,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def readings_list(
        self,
        patient_id: UUID | str,
        *,
        cursor: str | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        include: Literal["treatments"] | None = None,
        layout: Literal["columns", "rows"] | None = None,
        page_size: int | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Readings:
        """Rows page by page, a whole window in columns, or by Accept a whole window as a stream.

        ``GET /api/v1/patients/{patient_id}/readings/``
        """
        answer: Readings = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/readings/",
            query={
                "cursor": cursor,
                "days": days,
                "end": end,
                "include": include,
                "layout": layout,
                "page_size": page_size,
                "start": start,
                "unit": unit,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def readings_as(
        self,
        patient_id: UUID | str,
        media_type: Literal["text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"],
        *,
        cursor: str | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        include: Literal["treatments"] | None = None,
        layout: Literal["columns", "rows"] | None = None,
        page_size: int | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Stream:
        """Rows page by page, a whole window in columns, or by Accept a whole window as a stream.

        The stream of ``GET /api/v1/patients/{patient_id}/readings/``
        """
        return self._stream(
            f"/api/v1/patients/{_step(patient_id)}/readings/",
            media_type,
            query={
                "cursor": cursor,
                "days": days,
                "end": end,
                "include": include,
                "layout": layout,
                "page_size": page_size,
                "start": start,
                "unit": unit,
            },
            headers={"If-None-Match": if_none_match},
        )

    def readings_create(
        self, patient_id: UUID | str, body: UploadRequest, *, idempotency_key: str | None = None
    ) -> Receipt:
        """Store up to 10,000 readings; single bad values are rejected, the rest is stored.

        ``POST /api/v1/patients/{patient_id}/readings/``
        """
        answer: Receipt = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/readings/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def readings_latest_of_patient(
        self, patient_id: UUID | str, *, unit: Literal["mg/dL", "mmol/L"] | None = None
    ) -> Latest | None:
        """The newest reading, or 204 where there is none.

        ``GET /api/v1/patients/{patient_id}/readings/latest/``
        """
        answer: Latest | None = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/readings/latest/", query={"unit": unit}
        )
        return answer

    def rebuild_state(self, patient_id: UUID | str, body: RebuildRequest) -> TaskId:
        """Make latest value, days and gaps what the readings say; the task tells the differences.

        ``POST /api/v1/patients/{patient_id}/rebuild-state/``
        """
        answer: TaskId = self._json("POST", f"/api/v1/patients/{_step(patient_id)}/rebuild-state/", body=body)
        return answer

    def report(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        days: Literal[14, 30, 7, 90] | None = None,
        end: dt.date | str | None = None,
        language: Literal["en", "es", "pt-br"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        if_none_match: str | None = None,
    ) -> Stream:
        """Statistics, time in ranges, goals, glucose profile and days on one page, as tagged PDF.

        The stream of ``GET /api/v1/patients/{patient_id}/report.pdf``
        """
        return self._stream(
            f"/api/v1/patients/{_step(patient_id)}/report.pdf",
            "application/pdf",
            query={"as_of": as_of, "days": days, "end": end, "language": language, "unit": unit},
            headers={"If-None-Match": if_none_match},
        )

    def review_cadence_read(self, patient_id: UUID | str) -> Cadence:
        """The cadence that stands: the patient's own, or the clinic's.

        ``GET /api/v1/patients/{patient_id}/review-cadence/``
        """
        answer: Cadence = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/review-cadence/")
        return answer

    def review_cadence_set(self, patient_id: UUID | str, body: CadenceBodyRequest) -> Cadence:
        """Review the patient so often, whatever the clinic does.

        ``PUT /api/v1/patients/{patient_id}/review-cadence/``
        """
        answer: Cadence = self._json("PUT", f"/api/v1/patients/{_step(patient_id)}/review-cadence/", body=body)
        return answer

    def review_cadence_forget(self, patient_id: UUID | str) -> None:
        """Review the patient as often as the clinic does.

        ``DELETE /api/v1/patients/{patient_id}/review-cadence/``
        """
        self._json("DELETE", f"/api/v1/patients/{_step(patient_id)}/review-cadence/")

    def patient_reviews_list(
        self, patient_id: UUID | str, *, cursor: str | None = None, page_size: int | None = None
    ) -> ReviewPage:
        """A page of reviews, newest first: the first one stands.

        ``GET /api/v1/patients/{patient_id}/reviews/``
        """
        answer: ReviewPage = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/reviews/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def patient_reviews(self, patient_id: UUID | str, *, page_size: int | None = None) -> Iterator[Review]:
        """A page of reviews, newest first: the first one stands.

        The rows of every page of ``GET /api/v1/patients/{patient_id}/reviews/``
        """
        return self._each(f"/api/v1/patients/{_step(patient_id)}/reviews/", {"page_size": page_size})

    def patient_reviews_create(
        self, patient_id: UUID | str, body: ReviewBodyRequest, *, idempotency_key: str | None = None
    ) -> Review:
        """Write down that you reviewed the patient; the next is by the cadence where no day is said.

        ``POST /api/v1/patients/{patient_id}/reviews/``
        """
        answer: Review = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/reviews/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def sensors_list(self, patient_id: UUID | str) -> Sensors:
        """The sensors that the vendor told of, the newest first.

        ``GET /api/v1/patients/{patient_id}/sensors/``
        """
        answer: Sensors = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/sensors/")
        return answer

    def statistics(
        self,
        patient_id: UUID | str,
        *,
        as_of: dt.datetime | str | None = None,
        compatibility: Literal["agata", "iglu", "tidepool"] | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        explain: Literal["false", "true"] | None = None,
        ranges: Literal["custom", "older_high_risk", "pregnancy_t1", "t1_t2"] | None = None,
        start: dt.datetime | str | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        weighting: Literal["count", "time"] | None = None,
        if_none_match: str | None = None,
    ) -> Statistics:
        """Every metric of the window; null where there is too little data for it.

        ``GET /api/v1/patients/{patient_id}/statistics/``
        """
        answer: Statistics = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/statistics/",
            query={
                "as_of": as_of,
                "compatibility": compatibility,
                "days": days,
                "end": end,
                "explain": explain,
                "ranges": ranges,
                "start": start,
                "unit": unit,
                "weighting": weighting,
            },
            headers={"If-None-Match": if_none_match},
        )
        return answer

    def sync_truth(
        self,
        patient_id: UUID | str,
        *,
        days: int | None = None,
        end: dt.date | str | None = None,
        start: dt.date | str | None = None,
    ) -> SyncTruth:
        """An entry for each local day with expected readings, and what is missing by cause.

        ``GET /api/v1/patients/{patient_id}/sync-truth/``
        """
        answer: SyncTruth = self._json(
            "GET", f"/api/v1/patients/{_step(patient_id)}/sync-truth/", query={"days": days, "end": end, "start": start}
        )
        return answer

    def targets_list(self, patient_id: UUID | str) -> TargetsHistory:
        """Which targets stood from when on, newest first; the first stands now.

        ``GET /api/v1/patients/{patient_id}/targets/``
        """
        answer: TargetsHistory = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/targets/")
        return answer

    def targets_set(
        self, patient_id: UUID | str, body: TargetsBodyRequest, *, idempotency_key: str | None = None
    ) -> PatientTargets:
        """Let other targets stand from now on.

        ``POST /api/v1/patients/{patient_id}/targets/``
        """
        answer: PatientTargets = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/targets/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def treatments_list(
        self,
        patient_id: UUID | str,
        *,
        cursor: str | None = None,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        kind: Literal["basal", "carbohydrates", "long_insulin", "other_insulin", "rapid_insulin"] | None = None,
        page_size: int | None = None,
        removed: bool | None = None,
        start: dt.datetime | str | None = None,
    ) -> TreatmentPage:
        """A page of treatments, newest first; without a start, back to the first.

        ``GET /api/v1/patients/{patient_id}/treatments/``
        """
        answer: TreatmentPage = self._json(
            "GET",
            f"/api/v1/patients/{_step(patient_id)}/treatments/",
            query={
                "cursor": cursor,
                "days": days,
                "end": end,
                "kind": kind,
                "page_size": page_size,
                "removed": removed,
                "start": start,
            },
        )
        return answer

    def treatments(
        self,
        patient_id: UUID | str,
        *,
        days: int | None = None,
        end: dt.datetime | str | None = None,
        kind: Literal["basal", "carbohydrates", "long_insulin", "other_insulin", "rapid_insulin"] | None = None,
        page_size: int | None = None,
        removed: bool | None = None,
        start: dt.datetime | str | None = None,
    ) -> Iterator[Treatment]:
        """A page of treatments, newest first; without a start, back to the first.

        The rows of every page of ``GET /api/v1/patients/{patient_id}/treatments/``
        """
        return self._each(
            f"/api/v1/patients/{_step(patient_id)}/treatments/",
            {"days": days, "end": end, "kind": kind, "page_size": page_size, "removed": removed, "start": start},
        )

    def treatments_create(
        self, patient_id: UUID | str, body: TreatmentUploadRequest, *, idempotency_key: str | None = None
    ) -> Receipt:
        """Store up to 10,000 treatments; known ones add nothing, single bad values are rejected.

        ``POST /api/v1/patients/{patient_id}/treatments/``
        """
        answer: Receipt = self._json(
            "POST",
            f"/api/v1/patients/{_step(patient_id)}/treatments/",
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
            body=body,
        )
        return answer

    def treatments_read(self, patient_id: UUID | str, treatment_id: UUID | str) -> Treatment:
        """The treatment, whether it counts or was taken back.

        ``GET /api/v1/patients/{patient_id}/treatments/{treatment_id}/``
        """
        answer: Treatment = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/treatments/{_step(treatment_id)}/")
        return answer

    def treatments_remove(
        self, patient_id: UUID | str, treatment_id: UUID | str, body: RemovalBodyRequest
    ) -> Treatment:
        """Take the treatment back; it is kept, and so is who did it. Storing it again adds nothing.

        ``POST /api/v1/patients/{patient_id}/treatments/{treatment_id}/remove/``
        """
        answer: Treatment = self._json(
            "POST", f"/api/v1/patients/{_step(patient_id)}/treatments/{_step(treatment_id)}/remove/", body=body
        )
        return answer

    def treatments_restore(self, patient_id: UUID | str, treatment_id: UUID | str) -> Treatment:
        """Let a treatment that was taken back count again.

        ``POST /api/v1/patients/{patient_id}/treatments/{treatment_id}/restore/``
        """
        answer: Treatment = self._json(
            "POST", f"/api/v1/patients/{_step(patient_id)}/treatments/{_step(treatment_id)}/restore/"
        )
        return answer

    def readings_latest(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        per_patient: Literal["false", "true"] | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
    ) -> LatestReadings | None:
        """The newest of all, or one for each patient.

        ``GET /api/v1/readings/latest/``
        """
        answer: LatestReadings | None = self._json(
            "GET",
            "/api/v1/readings/latest/",
            query={"cursor": cursor, "page_size": page_size, "per_patient": per_patient, "unit": unit},
        )
        return answer

    def readings_stream(
        self, *, unit: Literal["mg/dL", "mmol/L"] | None = None, last_event_id: str | None = None
    ) -> Stream:
        """New readings as Server-Sent Events.

        The stream of ``GET /api/v1/readings/stream/``
        """
        return self._stream(
            "/api/v1/readings/stream/",
            "text/event-stream",
            query={"unit": unit},
            headers={"Last-Event-ID": last_event_id},
        )

    def reviews_list(
        self,
        *,
        category: Literal[
            "any_high",
            "any_low",
            "extreme_high",
            "low_time_in_range",
            "low_use",
            "meeting_targets",
            "no_data",
            "tir_drop",
            "very_high",
            "very_low",
        ]
        | None = None,
        clinician: UUID | str | None = None,
        cursor: str | None = None,
        diabetes_type: str | None = None,
        ordering: Literal["-due_on", "-last_review", "due_on", "last_review", "urgency"] | None = None,
        page_size: int | None = None,
        search: str | None = None,
        state: Literal["all", "due", "now", "overdue", "upcoming"] | None = None,
    ) -> QueuedPage:
        """The patients who are due, why in words, and their last review.

        ``GET /api/v1/reviews/``
        """
        answer: QueuedPage = self._json(
            "GET",
            "/api/v1/reviews/",
            query={
                "category": category,
                "clinician": clinician,
                "cursor": cursor,
                "diabetes_type": diabetes_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "state": state,
            },
        )
        return answer

    def reviews(
        self,
        *,
        category: Literal[
            "any_high",
            "any_low",
            "extreme_high",
            "low_time_in_range",
            "low_use",
            "meeting_targets",
            "no_data",
            "tir_drop",
            "very_high",
            "very_low",
        ]
        | None = None,
        clinician: UUID | str | None = None,
        diabetes_type: str | None = None,
        ordering: Literal["-due_on", "-last_review", "due_on", "last_review", "urgency"] | None = None,
        page_size: int | None = None,
        search: str | None = None,
        state: Literal["all", "due", "now", "overdue", "upcoming"] | None = None,
    ) -> Iterator[Queued]:
        """The patients who are due, why in words, and their last review.

        The rows of every page of ``GET /api/v1/reviews/``
        """
        return self._each(
            "/api/v1/reviews/",
            {
                "category": category,
                "clinician": clinician,
                "diabetes_type": diabetes_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "state": state,
            },
        )

    def review_rules_read(self) -> ReviewRules:
        """The clinic's cadence, the zone of its days, and the categories that bring somebody in.

        ``GET /api/v1/reviews/rules/``
        """
        answer: ReviewRules = self._json("GET", "/api/v1/reviews/rules/")
        return answer

    def review_rules_set(self, body: ReviewRulesBodyRequest) -> ReviewRules:
        """Let the clinic review so from now on, as a whole.

        ``PUT /api/v1/reviews/rules/``
        """
        answer: ReviewRules = self._json("PUT", "/api/v1/reviews/rules/", body=body)
        return answer

    def sessions_list(self, *, cursor: str | None = None, page_size: int | None = None) -> SessionPage:
        """A page of the caller's own sessions that are not over, newest first.

        ``GET /api/v1/sessions/``
        """
        answer: SessionPage = self._json("GET", "/api/v1/sessions/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def sessions(self, *, page_size: int | None = None) -> Iterator[Session]:
        """A page of the caller's own sessions that are not over, newest first.

        The rows of every page of ``GET /api/v1/sessions/``
        """
        return self._each("/api/v1/sessions/", {"page_size": page_size})

    def sessions_end(self, session_id: UUID | str) -> None:
        """End one of the caller's own sessions; its tokens open nothing any more.

        ``DELETE /api/v1/sessions/{session_id}/``
        """
        self._json("DELETE", f"/api/v1/sessions/{_step(session_id)}/")

    def tasks_list(self, *, cursor: str | None = None, page_size: int | None = None) -> TaskPage:
        """A page of the caller's own tasks.

        ``GET /api/v1/tasks/``
        """
        answer: TaskPage = self._json("GET", "/api/v1/tasks/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def tasks(self, *, page_size: int | None = None) -> Iterator[Task]:
        """A page of the caller's own tasks.

        The rows of every page of ``GET /api/v1/tasks/``
        """
        return self._each("/api/v1/tasks/", {"page_size": page_size})

    def tasks_read(self, task_id: UUID | str) -> Task:
        """Where the task stands.

        ``GET /api/v1/tasks/{task_id}/``
        """
        answer: Task = self._json("GET", f"/api/v1/tasks/{_step(task_id)}/")
        return answer

    def tasks_cancel(self, task_id: UUID | str) -> Task:
        """Cancel it: at once while it is pending, at its next step while it is processing.

        ``POST /api/v1/tasks/{task_id}/cancel/``
        """
        answer: Task = self._json("POST", f"/api/v1/tasks/{_step(task_id)}/cancel/")
        return answer

    def tasks_retry(self, task_id: UUID | str) -> Task:
        """Do it again; its attempts are counted on.

        ``POST /api/v1/tasks/{task_id}/retry/``
        """
        answer: Task = self._json("POST", f"/api/v1/tasks/{_step(task_id)}/retry/")
        return answer

    def webhooks_list(self, *, cursor: str | None = None, page_size: int | None = None) -> WebhookPage:
        """A page of webhooks, newest first, without their secrets.

        ``GET /api/v1/webhooks/``
        """
        answer: WebhookPage = self._json("GET", "/api/v1/webhooks/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def webhooks(self, *, page_size: int | None = None) -> Iterator[Webhook]:
        """A page of webhooks, newest first, without their secrets.

        The rows of every page of ``GET /api/v1/webhooks/``
        """
        return self._each("/api/v1/webhooks/", {"page_size": page_size})

    def webhooks_create(self, body: NewWebhookRequest) -> WebhookWithSecret:
        """Have events sent to a URL; the secret that signs them is told this once.

        ``POST /api/v1/webhooks/``
        """
        answer: WebhookWithSecret = self._json("POST", "/api/v1/webhooks/", body=body)
        return answer

    def webhooks_read(self, webhook_id: UUID | str) -> Webhook:
        """The webhook and how its deliveries go.

        ``GET /api/v1/webhooks/{webhook_id}/``
        """
        answer: Webhook = self._json("GET", f"/api/v1/webhooks/{_step(webhook_id)}/")
        return answer

    def webhooks_change(self, webhook_id: UUID | str, body: PatchedWebhookChangeRequest) -> Webhook:
        """Change where events go, which, or whether; one that is switched on starts afresh.

        ``PATCH /api/v1/webhooks/{webhook_id}/``
        """
        answer: Webhook = self._json("PATCH", f"/api/v1/webhooks/{_step(webhook_id)}/", body=body)
        return answer

    def webhooks_delete(self, webhook_id: UUID | str) -> None:
        """Forget the webhook; what waits for it is not sent.

        ``DELETE /api/v1/webhooks/{webhook_id}/``
        """
        self._json("DELETE", f"/api/v1/webhooks/{_step(webhook_id)}/")

    def webhooks_deliveries(
        self, webhook_id: UUID | str, *, cursor: str | None = None, page_size: int | None = None
    ) -> DeliveryPage:
        """What was sent, waits or was given up, newest first; two weeks of what was accepted.

        ``GET /api/v1/webhooks/{webhook_id}/deliveries/``
        """
        answer: DeliveryPage = self._json(
            "GET", f"/api/v1/webhooks/{_step(webhook_id)}/deliveries/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def each_webhooks_deliveries(self, webhook_id: UUID | str, *, page_size: int | None = None) -> Iterator[Delivery]:
        """What was sent, waits or was given up, newest first; two weeks of what was accepted.

        The rows of every page of ``GET /api/v1/webhooks/{webhook_id}/deliveries/``
        """
        return self._each(f"/api/v1/webhooks/{_step(webhook_id)}/deliveries/", {"page_size": page_size})

    def webhooks_rotate_secret(self, webhook_id: UUID | str) -> WebhookWithSecret:
        """A new secret, told this once; for a day events are signed by the one before too.

        ``POST /api/v1/webhooks/{webhook_id}/rotate-secret/``
        """
        answer: WebhookWithSecret = self._json("POST", f"/api/v1/webhooks/{_step(webhook_id)}/rotate-secret/")
        return answer

    def webhooks_test(self, webhook_id: UUID | str) -> WebhookTest:
        """Send an event `webhook.test`, or tell of one that still waits, among the deliveries.

        ``POST /api/v1/webhooks/{webhook_id}/test/``
        """
        answer: WebhookTest = self._json("POST", f"/api/v1/webhooks/{_step(webhook_id)}/test/")
        return answer


# --- end of what `make schema` writes ---


class LiveEvent(NamedTuple):
    """A new reading; None where some may be missing: read ``latest_readings`` anew. ``id`` says where to go on."""

    id: str | None
    reading: Latest | None


class SaudeIA(_Operations):
    """The API as somebody: signs in with the first request, and renews its token by itself."""

    def readings(
        self,
        patient_id: UUID | str,
        start: dt.datetime | str | None = None,
        end: dt.datetime | str | None = None,
        *,
        days: int | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
        page_size: int = 1000,
    ) -> Iterator[Reading]:
        """The readings of a window, newest first, page by page; ``readings_as`` is quicker for years of them."""
        query = {"start": start, "end": end, "days": days, "unit": unit, "page_size": page_size}
        return self._each(f"/api/v1/patients/{_step(patient_id)}/readings/", query)

    def readings_columns(
        self,
        patient_id: UUID | str,
        start: dt.datetime | str | None = None,
        end: dt.datetime | str | None = None,
        *,
        days: int | None = None,
        unit: Literal["mg/dL", "mmol/L"] | None = None,
    ) -> ReadingColumns:
        """The window in one answer, oldest first: epoch milliseconds and values."""
        query = {"start": start, "end": end, "days": days, "unit": unit, "layout": "columns"}
        answer: ReadingColumns = self._json("GET", f"/api/v1/patients/{_step(patient_id)}/readings/", query=query)
        return answer

    def latest_readings(
        self, *, unit: Literal["mg/dL", "mmol/L"] | None = None, page_size: int | None = None
    ) -> Iterator[Latest]:
        """The latest reading of each patient, page by page."""
        return self._each("/api/v1/readings/latest/", {"per_patient": "true", "unit": unit, "page_size": page_size})

    def stream_readings(
        self, *, unit: Literal["mg/dL", "mmol/L"] | None = None, last_event_id: str | None = None
    ) -> Iterator[LiveEvent]:
        """New readings of every patient that you see, as they come, for as long as you ask.

        A stream that ends or breaks off is opened again and goes on after the last event, also with a new access token.
        What is refused, or not reached by all tries, is raised.
        """
        since, wait = last_event_id, STREAM_AGAIN_SECONDS
        while True:
            with (
                self.readings_stream(unit=unit, last_event_id=since) as stream,
                contextlib.suppress(NoAnswer),
            ):
                for fields in _events(stream.lines()):
                    since, wait = fields.get("id", since), float(fields.get("retry", 1000 * wait)) / 1000
                    if fields.get("event") in ("reading", "reset"):
                        told = json.loads(fields["data"]) if fields["event"] == "reading" else None
                        yield LiveEvent(since, told)
            self._sleep(wait * _random.uniform(0.5, 1))

    def upload_readings(
        self,
        patient_id: UUID | str,
        readings: Iterable[UploadedReadingRequest],
        *,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Receipt:
        """Store readings, in as many posts as are needed; the indexes of ``rejected`` are those of the whole.

        ``progress`` is told how many were sent, of how many (None where ``readings`` has no length). Where a post
        fails, those before it are stored; to send all again does no harm, they are ``duplicates`` then.
        """
        total = len(readings) if isinstance(readings, Sized) else None
        rest = iter(readings)
        whole: Receipt = {"received": 0, "stored": 0, "duplicates": 0, "rejected": []}
        done = 0
        while chunk := list(islice(rest, BULK)):
            told = self.readings_create(patient_id, {"readings": chunk})
            whole["received"] += told["received"]
            whole["stored"] += told["stored"]
            whole["duplicates"] += told["duplicates"]
            whole["rejected"] += [{"index": done + one["index"], "reason": one["reason"]} for one in told["rejected"]]
            done += len(chunk)
            if progress is not None:
                progress(done, total)
        return whole

    def wait_for_task(
        self, task_id: UUID | str, timeout: float = 300.0, progress: Callable[[Task], None] | None = None
    ) -> Task:
        """The task once it is done; TaskFailed where it failed or was cancelled, TaskNotDone after ``timeout`` s.

        ``progress`` is told the task each time that it is looked at.
        """
        until, pause = self._clock() + timeout, 0.2
        while True:
            task = self.tasks_read(task_id)
            if progress is not None:
                progress(task)
            if task["status"] == "done":
                return task
            if task["status"] in ("failed", "cancelled"):
                raise TaskFailed(task)
            if self._clock() >= until:
                raise TaskNotDone(f"the task {task_id} is not done after {timeout:g} s")
            self._sleep(pause)
            pause = min(pause * 1.5, LONGEST_POLL_SECONDS)
