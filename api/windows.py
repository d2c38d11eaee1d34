"""The half-open windows of time that a request asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from api.errors import InvalidInput, WindowTooLarge
from api.instants import parse_day, parse_instant

DEFAULT_DAYS = 14
Choice = TypeVar("Choice", bound=str)
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Window:
    """Instants from ``start`` up to, not including, ``end``; both aware and in UTC."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """Its length in minutes."""
        return (self.end - self.start) / timedelta(minutes=1)

    @property
    def days(self) -> float:
        """Its length in days of 24 hours."""
        return (self.end - self.start) / timedelta(days=1)


def requested_window(query: Mapping[str, str], now: datetime) -> Window:
    """``days=N`` up to now, or ``start=`` and ``end=``; 14 days up to now where nothing is said."""
    if "days" in query and "start" in query:
        raise InvalidInput.parameter("days", "say either days or start")
    if "start" in query:
        end = instant_parameter(query, "end") if "end" in query else now
        return _checked(instant_parameter(query, "start"), end)
    days = whole_number(query, "days", DEFAULT_DAYS, lowest=1, highest=10**6)
    end = instant_parameter(query, "end") if "end" in query else now
    if days > settings.MAX_WINDOW_DAYS:
        raise _too_large("days")
    return _checked(end - timedelta(days=days), end)


def window_of_body(start: datetime | None, end: datetime | None, now: datetime) -> Window:
    """The window of a body's fields ``start`` and ``end``: 14 days up to the end, which is now, where not said."""
    last = end or now
    first = start or last - timedelta(days=DEFAULT_DAYS)
    if last <= first:
        raise InvalidInput.field("/end", "is not after start")
    if last - first > timedelta(days=settings.MAX_WINDOW_DAYS):
        reason = _most_days()
        raise WindowTooLarge(reason, [{"pointer": "/start", "detail": reason}])
    return Window(first, last)


def requested_local_window(query: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Window:
    """``days=N`` as so many whole local days and the one of ``end`` so far; with ``start`` as in requested_window."""
    window = requested_window(query, now)
    if "start" in query:
        return window
    days = whole_number(query, "days", DEFAULT_DAYS, lowest=1, highest=10**6)
    first = window.end.astimezone(zone).date() - timedelta(days=days)
    return Window(datetime.combine(first, time.min, zone).astimezone(UTC), window.end)


def requested_days(query: Mapping[str, str], today: date) -> tuple[date, date]:
    """``start=`` and ``end=`` as calendar days, both included; ``days=N`` up to end, or 14, without a start."""
    if "days" in query and "start" in query:
        raise InvalidInput.parameter("days", "say either days or start")
    days = whole_number(query, "days", DEFAULT_DAYS, lowest=1, highest=10**6)
    if days > settings.MAX_WINDOW_DAYS:
        raise _too_large("days")
    last = _parameter(query, "end", parse_day) if "end" in query else today
    first = _parameter(query, "start", parse_day) if "start" in query else last - timedelta(days=days - 1)
    if last < first:
        raise InvalidInput.parameter("end", "is before start")
    if (last - first).days >= settings.MAX_WINDOW_DAYS:
        raise _too_large("end")
    return first, last


def instant_parameter(query: Mapping[str, str], name: str) -> datetime:
    """The instant of the parameter ``name``."""
    return _parameter(query, name, parse_instant)


def day_parameter(query: Mapping[str, str], name: str) -> date | None:
    """The calendar day of the parameter ``name``; None where it is absent."""
    return _parameter(query, name, parse_day) if name in query else None


def past_instant(query: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    """The instant of the parameter ``name``, which is not ahead; None where it is absent."""
    if name not in query:
        return None
    instant = instant_parameter(query, name)
    if instant > now:
        raise InvalidInput.parameter(name, "is ahead")
    return instant


def whole_number(query: Mapping[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    """The whole number of the parameter ``name`` between two bounds, or the default where it is absent."""
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not lowest <= int(text) <= highest:
        raise InvalidInput.parameter(name, f"is not a whole number from {lowest} to {highest}")
    return int(text)


def one_of(query: Mapping[str, str], name: str, choices: tuple[Choice, ...], default: Choice) -> Choice:
    """The parameter ``name`` as one of its choices, or the default where it is absent."""
    text = query.get(name, default)
    for choice in choices:
        if text == choice:
            return choice
    raise InvalidInput.parameter(name, f"is not one of {', '.join(choices)}")


def _parameter(query: Mapping[str, str], name: str, parse: Callable[[str], Parsed]) -> Parsed:
    try:
        return parse(query[name])
    except ValueError as error:
        raise InvalidInput.parameter(name, str(error)) from None


def _checked(start: datetime, end: datetime) -> Window:
    if end <= start:
        raise InvalidInput.parameter("end", "is not after start")
    if end - start > timedelta(days=settings.MAX_WINDOW_DAYS):
        raise _too_large("start")
    return Window(start, end)


def _too_large(name: str) -> WindowTooLarge:
    reason = _most_days()
    return WindowTooLarge(reason, [{"parameter": name, "detail": reason}])


def _most_days() -> str:
    return f"the window may have {settings.MAX_WINDOW_DAYS} days; ask for it in pieces"
