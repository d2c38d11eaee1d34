"""The overview's rows: their order, and each under the names of the contract. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.metrics.categories import CATEGORIES, Flags, Looked
from analytics.metrics.period_sums import BANDS, CURRENT, Floats, Periods
from analytics.metrics.sufficiency import sufficiency
from analytics.statistics import glucose, rounded

Key = tuple[float | None, UUID]
# By what the rows can be sorted: a current value, or the change of the time in range.
VALUES: Final[Mapping[str, Callable[[Looked], Floats]]] = {
    **{name: lambda looked, name=name: looked.periods.share(name)[:, CURRENT] for name in BANDS},  # type: ignore[misc]
    "time_in_range": lambda looked: looked.periods.share("target")[:, CURRENT],
    "change": lambda looked: looked.change(looked.periods.share("target")),
    "mean": lambda looked: looked.periods.mean[:, CURRENT],
    "gmi_percent": lambda looked: looked.periods.gmi_percent[:, CURRENT],
    "cv_percent": lambda looked: looked.periods.cv_percent[:, CURRENT],
    "active_percent": lambda looked: looked.active_percent[:, CURRENT],
}
CREATED: Final = ("created_at", "-created_at")
ORDERINGS: Final = (*CREATED, *(sign + name for name in VALUES for sign in ("", "-")))


def sort_keys(looked: Looked, ids: Sequence[UUID], ordering: str) -> list[Key]:
    """What a row's place depends on: its value, None where there is none, then its id."""
    name = ordering.removeprefix("-")
    if ordering in CREATED:
        return [(0.0, one) for one in ids]
    values = VALUES[name](looked)
    return [(None if np.isnan(value) else value, one) for value, one in zip(values.tolist(), ids, strict=True)]


def place_of(key: Key, ordering: str) -> tuple[bool, float, int]:
    """What rows are compared by: those without a value come last in either direction, equal ones by their age."""
    value, one = key
    if ordering == "-created_at":
        return False, 0.0, -one.int
    sign = -1 if ordering.startswith("-") else 1
    return value is None, 0.0 if value is None else sign * value, one.int


def overview_row(
    looked: Looked, flags: Mapping[str, Flags], place: int, *, window_minutes: float, unit: str
) -> dict[str, Any]:
    """The numbers of one patient, null where there are none; glucose values in the unit."""
    found, active = looked.periods, float(looked.active_percent[place, CURRENT])
    minutes = int(found.minutes[place, CURRENT])
    enough = sufficiency(minutes=minutes, window_minutes=window_minutes, days_with_data=0)
    return {
        "categories": [name for name in CATEGORIES if flags[name][place]],
        "sufficient": bool(looked.sufficient[place]),
        "reason": enough.reason,
        "readings": int(found.readings[place, CURRENT]),
        "minutes": minutes,
        "mean": glucose(_number(found.mean[place, CURRENT]), unit),
        "sd": glucose(_number(found.sd[place, CURRENT]), unit),
        "cv_percent": rounded(_number(found.cv_percent[place, CURRENT])),
        "gmi_percent": rounded(_number(found.gmi_percent[place, CURRENT])),
        "active_percent": rounded(active),
        "time_in_range": shares_answer(found, place),
        "change_from_previous_period": _change(looked, place, unit),
    }


def shares_answer(found: Periods, place: int) -> dict[str, Any]:
    """The current share of every band."""
    columns = (found.percent, found.band_minutes, found.band_readings)
    percent, minutes, readings = (column[place, CURRENT].tolist() for column in columns)
    return {
        name: {"percent": rounded(_number(share)), "minutes": of_minutes, "readings": of_readings}
        for name, share, of_minutes, of_readings in zip(BANDS, percent, minutes, readings, strict=True)
    }


def counts_answer(flags: Mapping[str, Flags]) -> dict[str, int]:
    """How many patients are in each category."""
    return {name: int(flags[name].sum()) for name in CATEGORIES}


def _change(looked: Looked, place: int, unit: str) -> dict[str, Any] | None:
    """Current minus previous, percentages in points; None where the previous period has too little data."""
    if not looked.comparable[place]:
        return None
    found = looked.periods

    def points(values: Floats) -> float | None:
        before, now = values[place].tolist()
        return _number(now - before)

    return {
        "time_in_range": {name: rounded(points(found.share(name))) for name in BANDS},
        "mean": glucose(points(found.mean), unit),
        "sd": glucose(points(found.sd), unit),
        "cv_percent": rounded(points(found.cv_percent)),
        "gmi_percent": rounded(points(found.gmi_percent)),
        "active_percent": rounded(points(looked.active_percent)),
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
