"""Dexcom Share's JSON to measurements, item by item: what does not parse is set aside and counted. Pure.

An item is {WT, ST, DT, Value, Trend}: the time by the vendor's clock, by the receiver's, and as the phone shows it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydexcom.const import DEXCOM_TREND_DIRECTIONS

from glucose.provenance import Source
from glucose.sources.port import Measurement, Unusable

# Date(1691455258000-0400), between slashes until 2021; the offset is that of the phone's clock.
_DATE: Final = re.compile(r"/?Date\(([0-9]{1,14})(?:([+-])([0-9]{2})([0-5][0-9]))?\)/?")
MOST_OFFSET_MINUTES: Final = 1080
# The sensor measures from 40 to 400; what lies beyond comes as a step beyond: 39 and 401.
LOWEST_MG_DL, HIGHEST_MG_DL = 40, 400
# Below are a sensor's codes for what it cannot measure; above is nothing that a meter shows.
LEAST_VALUE, MOST_VALUE = 13, 1000
# How far our clock and the vendor's may be apart, as in the ingest.
AHEAD: Final = timedelta(minutes=10)
# The vendor's numbers go from rising quickly (1) over steady (4) to falling quickly (7). Where it tells three
# steeps of an arrow we know two: more than 2 mg/dL a minute is fast.
_TREND_BY_NUMBER: Final = (0, 5, 5, 4, 3, 2, 1, 1, 0, 0)


def measurement(item: Any, now: datetime) -> Measurement:
    """One item as a measurement; ValueError with a reason where it does not parse."""
    if not isinstance(item, Mapping):
        raise ValueError("an item is no object")
    time, _ = _instant(item.get("WT"))
    _, offset_minutes = _instant(item.get("DT"))
    if offset_minutes is None:
        raise ValueError("an item has no local offset")
    if time > now + AHEAD:
        raise ValueError("the time of an item is more than 10 minutes ahead")
    mg_dl, out_of_range = _value(item.get("Value"))
    return Measurement(
        time=time,
        utc_offset_minutes=offset_minutes,
        mg_dl=mg_dl,
        source=Source.DEXCOM_SHARE,
        trend=_trend(item.get("Trend")),
        out_of_range=out_of_range,
    )


def measurements(items: list[Any], now: datetime, unusable: list[Unusable]) -> list[Measurement]:
    """The items that are measurements, the first of an instant; the others are appended to ``unusable``."""
    found: dict[datetime, Measurement] = {}
    for item in items:
        try:
            one = measurement(item, now)
        except ValueError as error:
            unusable.append(Unusable(str(error), item))
            continue
        if one.time in found:
            unusable.append(Unusable("the time of an item occurs twice", item))
            continue
        found[one.time] = one
    return list(found.values())


def _instant(text: Any) -> tuple[datetime, int | None]:
    """The instant to the second, and the offset in minutes where it is told."""
    found = _DATE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("a time of an item does not parse")
    milliseconds, sign, hours, minutes = found.groups()
    time = datetime.fromtimestamp(int(milliseconds) // 1000, UTC)
    if sign is None:
        return time, None
    offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes))
    if abs(offset) > MOST_OFFSET_MINUTES:
        raise ValueError("the offset of an item is more than 18 hours")
    return time, offset


def _value(value: Any) -> tuple[int, int]:
    """The value within the sensor's range, and on which side of it it was measured: -1 for LO, 1 for HI."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not LEAST_VALUE <= value <= MOST_VALUE:
        raise ValueError("an item has no usable Value")
    mg_dl = round(value)
    if mg_dl < LOWEST_MG_DL:
        return LOWEST_MG_DL, -1
    return (HIGHEST_MG_DL, 1) if mg_dl > HIGHEST_MG_DL else (mg_dl, 0)


def _trend(trend: Any) -> int:
    """1 (falling fast) to 5 (rising fast); 0 for none, unknown or not computable."""
    number = DEXCOM_TREND_DIRECTIONS.get(trend, 0) if isinstance(trend, str) else trend
    usable = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(_TREND_BY_NUMBER)
    return _TREND_BY_NUMBER[number] if usable else 0
