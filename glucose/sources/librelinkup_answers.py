"""What LibreLinkUp's answers mean, read before they are believed: each refusal is a state of the account. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from glucose.account_states import AccountState
from glucose.sources.exchange import Answer
from glucose.sources.port import SourceRefused
from glucose.sources.retry_after import retry_after

# Statuses that the vendor gives to whoever asks too much, and how long it was seen to hold them without naming a time.
REFUSES_FOR: Final = {430: timedelta(hours=1), 476: timedelta(hours=24)}
WRONG_REGION: Final = (4, 911)
BAD_CREDENTIALS: Final = 2
VERSION_REFUSED: Final = 920
# Documents that a person may accept through us; any other step has to be taken in the vendor's own program.
DOCUMENTS: Final = {"tou": "terms of use", "pp": "privacy policy"}


def believed(answer: Answer, version: str) -> dict[str, Any]:
    """The JSON object of an answer that is one; SourceRefused by what it says otherwise."""
    body = _json(answer.content)
    status, inner = answer.status, body.get("status")
    wait = retry_after(answer.retry_after, answer.at, answer.date)
    if status == 429 or inner == 429:
        raise _locked(body, wait) or SourceRefused(AccountState.RATE_LIMITED, "LibreLinkUp asks for fewer calls.", wait)
    if status in REFUSES_FOR:
        detail = f"LibreLinkUp refuses calls for a while (status {status})."
        raise SourceRefused(AccountState.RATE_LIMITED, detail, wait or REFUSES_FOR[status])
    if inner == VERSION_REFUSED:
        raise _old_version(body, version)
    if status != 200 or not body:
        detail = f"LibreLinkUp answered status {status} without usable data."
        raise SourceRefused(AccountState.RATE_LIMITED if wait else AccountState.UNREACHABLE, detail, wait)
    if inner in WRONG_REGION and _step(body) is None:
        detail = f"LibreLinkUp answered with its own status {inner}."
        raise SourceRefused(AccountState.UNREACHABLE, detail, wait, misplaced=True)
    return body


def login_data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of a login, a redirect included; SourceRefused where it is none."""
    data = body.get("data")
    if body.get("status") == BAD_CREDENTIALS or not isinstance(data, Mapping):
        raise SourceRefused(AccountState.BAD_CREDENTIALS, "LibreLinkUp says that the e-mail or the password is wrong.")
    return data


def pending_step(data: Mapping[str, Any]) -> str:
    """What the vendor wants a person to do before the login is complete; empty where nothing."""
    step = data.get("step")
    if step is None:
        return ""
    return str(step.get("type") or "unknown") if isinstance(step, Mapping) else "unknown"


def waits_for_a_person(step: str) -> SourceRefused:
    """The refusal that a step is."""
    what = f"to accept its {DOCUMENTS[step]}" if step in DOCUMENTS else f"to take a step in its own program: {step}"
    return SourceRefused(AccountState.TERMS_REQUIRED, f"LibreLinkUp asks a person {what}.", step=step)


def expiry(ticket: Mapping[str, Any]) -> datetime | None:
    """When a token runs out."""
    seconds = _number(ticket.get("expires"))
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _step(body: Mapping[str, Any]) -> Any:
    data = body.get("data")
    return data.get("step") if isinstance(data, Mapping) else None


def _old_version(body: Mapping[str, Any], version: str) -> SourceRefused:
    data = body.get("data")
    minimum = data.get("minimumVersion") if isinstance(data, Mapping) else None
    detail = f"LibreLinkUp refuses version {version}; it demands {minimum or 'a newer one'}."
    return SourceRefused(AccountState.VERSION_REFUSED, detail, version=version)


def _locked(body: Mapping[str, Any], wait: timedelta | None) -> SourceRefused | None:
    data = body.get("data")
    inner = data.get("data") if isinstance(data, Mapping) else None
    seconds = _number(inner.get("lockout")) if isinstance(inner, Mapping) else None
    if seconds is None:
        return None
    wait = max(timedelta(seconds=seconds), wait or timedelta(0))
    detail = f"LibreLinkUp locked this account for {wait.total_seconds():.0f} seconds."
    return SourceRefused(AccountState.LOCKED_OUT, detail, wait)


def _number(value: Any) -> float | None:
    """A number of seconds within some thousand years, or None."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**11
    return float(value) if usable else None


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
