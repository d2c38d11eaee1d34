"""One local day from what adds up: any longer period is the sum of its days."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.metrics.time_in_range import Band, Share

# The daily aggregate's disjoint bands by their lowest and highest mg/dL, in the order of the band columns.
AGGREGATE_BANDS: Final = ((0, 53), (54, 62), (63, 69), (70, 140), (141, 180), (181, 250), (251, 10_000))


@dataclass(frozen=True, slots=True)
class DayRow:
    """What adds up over one local day with readings; ``_w`` is weighted by minutes. Sums are exact integers."""

    date: date
    readings: int
    minutes: int
    total: int
    total_sq: int
    total_w: int
    total_sq_w: int
    lowest: int
    highest: int
    band_readings: list[int]
    band_minutes: list[int]


def day_mean_mg_dl(day: DayRow, *, by_count: bool) -> float:
    """Mean glucose in mg/dL."""
    return day.total / day.readings if by_count else day.total_w / day.minutes


def day_sd_mg_dl(day: DayRow, *, by_count: bool) -> float | None:
    """Standard deviation in mg/dL with n - 1, as in moments.py; None below two readings."""
    if day.readings < 2:
        return None
    weight, total, total_sq = (
        (day.readings, day.total, day.total_sq) if by_count else (day.minutes, day.total_w, day.total_sq_w)
    )
    # Exact integers until the division: no cancellation.
    spread = (weight * total_sq - total * total) / (weight * weight)
    return math.sqrt(spread * day.readings / (day.readings - 1))


def day_shares(day: DayRow, wanted: Mapping[str, Band], *, by_count: bool) -> dict[str, Share]:
    """The share of each consensus band: a plain sum of the disjoint bands inside it."""
    shares = {}
    for name, band in wanted.items():
        inside = [low >= band.lowest and high <= band.highest for low, high in AGGREGATE_BANDS]
        readings = sum(count for count, chosen in zip(day.band_readings, inside, strict=True) if chosen)
        minutes = sum(count for count, chosen in zip(day.band_minutes, inside, strict=True) if chosen)
        percent = 100 * readings / day.readings if by_count else 100 * minutes / day.minutes
        shares[name] = Share(percent, minutes, readings)
    return shares
