"""RFC 3339 on the wire: any offset in, UTC with Z out; a time without an offset is refused."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_instant(text: str) -> datetime:
    """The aware UTC instant; ValueError with a reason for people where it is not one."""
    # A plus that was not escaped in a query arrives as a space.
    text = text.replace(" ", "+")
    try:
        if not INSTANT.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("is not a time like 2026-03-01T08:00:00Z") from None
    if found.tzinfo is None:
        raise ValueError("has no offset; write it with Z or like +02:00")
    if not 1900 <= found.year < 2200:
        raise ValueError("is outside of the years 1900 to 2199")
    return found.astimezone(UTC)


def parse_day(text: str) -> date:
    """The calendar day of YYYY-MM-DD; ValueError with a reason for people where it is not one."""
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day like 2026-03-01") from None
    if not 1900 <= found.year < 2200:
        raise ValueError("is outside of the years 1900 to 2199")
    return found


def instant_of_epoch(seconds: Any) -> datetime:
    """The instant of whole seconds since 1970; ValueError where no reading has it."""
    instant = datetime.fromtimestamp(int(seconds), UTC)
    if not 1900 <= instant.year < 2200:
        raise ValueError("no reading has this time")
    return instant


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with Z, without a fraction where there is none."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
