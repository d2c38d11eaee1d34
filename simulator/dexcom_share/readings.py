"""A person's injected readings, and how the vendor writes them."""

from bisect import bisect_left, insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any

from simulator.dexcom_share.accounts import Account
from simulator.instants import MINUTE_MS, SECOND_MS, zone

SHOWN_FROM, SHOWN_TO = 40, 400
HI, LO = 401, 39
# Above how many mg/dL a minute the vendor shows which arrow.
ARROWS = ((3, "DoubleUp"), (2, "SingleUp"), (1, "FortyFiveUp"), (-1, "Flat"), (-2, "FortyFiveDown"), (-3, "SingleDown"))
NUMBERS = ("None", "DoubleUp", "SingleUp", "FortyFiveUp", "Flat", "FortyFiveDown", "SingleDown", "DoubleDown")
NOT_COMPUTABLE = ("NotComputable", 8)
LONGEST_STEP_MS = 10 * MINUTE_MS


@dataclass(frozen=True, order=True)
class Reading:
    """One value; before ``visible_ms`` the vendor does not have it, as while the phone is offline."""

    time_ms: int
    mg_dl: int
    visible_ms: int = 0


class Readings:
    """Readings in time order, one an instant."""

    def __init__(self) -> None:
        self._all: list[Reading] = []

    def put(self, reading: Reading) -> None:
        """Add a reading in place of one of the same instant."""
        at = bisect_left(self._all, Reading(reading.time_ms, 0))
        if at < len(self._all) and self._all[at].time_ms == reading.time_ms:
            del self._all[at]
        insort(self._all, reading)

    def between(self, start_ms: int, end_ms: int) -> list[Reading]:
        """The readings of ``[start, end)``, whether the vendor has them or not."""
        return self._all[bisect_left(self._all, Reading(start_ms, 0)) : bisect_left(self._all, Reading(end_ms, 0))]

    def shown(self, start_ms: int, now_ms: int) -> list[Reading]:
        """What the vendor has since ``start``, the newest first."""
        return [one for one in reversed(self.between(start_ms, now_ms + 1)) if one.visible_ms <= now_ms]


def items(account: Account, newest_first: list[Reading]) -> list[dict[str, Any]]:
    """The readings as the vendor's items, each with the trend since the one before it."""
    return [
        item(account, one.time_ms, one.mg_dl, _trend(one, earlier))
        for one, earlier in zip_longest(newest_first, newest_first[1:])
    ]


def item(account: Account, time_ms: int, mg_dl: int, trend: str) -> dict[str, Any]:
    """One item; a value outside of the sensor's range is the step beyond it."""
    value = HI if mg_dl > SHOWN_TO else LO if mg_dl < SHOWN_FROM else mg_dl
    told = trend if account.format == "words" else NUMBERS.index(trend) if trend in NUMBERS else NOT_COMPUTABLE[1]
    at = date(account, time_ms)
    return {"WT": at, "ST": at, "DT": date(account, time_ms, offset_minutes(account, time_ms)), "Value": value} | {
        "Trend": told
    }


def date(account: Account, time_ms: int, offset: int | None = None) -> str:
    """An instant in the vendor's form, with the local offset where one is given."""
    written = f"Date({time_ms}{'' if offset is None else hhmm(offset)})"
    return written if account.format == "words" else f"/{written}/"


def hhmm(offset: int) -> str:
    """An offset in minutes as ``+hhmm``."""
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}{minutes:02d}"


def offset_minutes(account: Account, time_ms: int) -> int:
    """The offset of the account's zone at an instant."""
    offset = datetime.fromtimestamp(time_ms // SECOND_MS, UTC).astimezone(zone(account.timezone)).utcoffset()
    return (offset or timedelta(0)) // timedelta(minutes=1)


def _trend(one: Reading, earlier: Reading | None) -> str:
    if earlier is None or one.time_ms - earlier.time_ms > LONGEST_STEP_MS:
        return NOT_COMPUTABLE[0]
    rate = (one.mg_dl - earlier.mg_dl) / (one.time_ms - earlier.time_ms) * MINUTE_MS
    return next((arrow for above, arrow in ARROWS if rate > above), "DoubleDown")
