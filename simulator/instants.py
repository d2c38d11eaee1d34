"""Instants as integer milliseconds since the epoch, and how they are written."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
MAX_MS = 4_102_444_800_000  # 2100-01-01
MIN_MS = 0
MOST_DIGITS = 15


class NotAnInstantError(ValueError):
    """The value is neither RFC 3339 with an offset nor milliseconds since the epoch."""


def parse_ms(value: object) -> int:
    """Read RFC 3339 with an offset, or epoch milliseconds as a number or digits."""
    instant = _from_text(value) if isinstance(value, str) else _from_number(value)
    if not MIN_MS <= instant < MAX_MS:
        raise NotAnInstantError(f"out of the years 1970 to 2099: {value!r}")
    return instant


def _from_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise NotAnInstantError(f"not an instant: {value!r}")
    return int(min(max(value, -1), MAX_MS))


def _from_text(text: str) -> int:
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    try:
        # A bare + in a query string arrives as a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise NotAnInstantError(f"not RFC 3339: {text!r}") from error
    if moment.tzinfo is None:
        raise NotAnInstantError(f"no UTC offset: {text!r}")
    return round(moment.timestamp() * SECOND_MS)


def rfc3339(instant_ms: int) -> str:
    """Write an instant in UTC with milliseconds."""
    moment = datetime.fromtimestamp(instant_ms // SECOND_MS, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant_ms % SECOND_MS:03d}Z"


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Look a time zone up; raises ``ZoneInfoNotFoundError`` or ``ValueError`` for a name that is none."""
    return ZoneInfo(name)


def vendor_wall_time(instant_s: int, zone_name: str) -> str:
    """Write an instant as the vendor does: ``M/D/YYYY h:mm:ss AM`` on the wall clock of the zone."""
    at = datetime.fromtimestamp(instant_s, zone(zone_name))
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d} {half}"
