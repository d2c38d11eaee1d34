"""One local day from what adds up: any longer period is the sum of its days."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np

from analytics.metrics.grid import Ints
from analytics.metrics.time_in_range import Band, Share
from analytics.metrics.trace import Trace

# Disjoint bands by their lowest and highest mg/dL.
Pieces = tuple[tuple[int, int], ...]
# Those of the daily aggregate, in the order of the band columns.
AGGREGATE_BANDS: Final[Pieces] = ((0, 53), (54, 62), (63, 69), (70, 140), (141, 180), (181, 250), (251, 10_000))
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayRow:
    """What adds up over one local day with readings; ``_w`` is weighted by minutes. Sums are exact integers.

    ``pieces`` are the disjoint bands that readings and minutes are told of.
    """

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
    pieces: Pieces = AGGREGATE_BANDS


def pieces_of(wanted: Mapping[str, Band]) -> Pieces:
    """The disjoint bands of which each wanted one is a plain sum: those of the aggregate where they do."""
    cuts = {edge for band in wanted.values() for edge in (band.lowest, band.highest + 1)}
    if cuts <= {edge for low, high in AGGREGATE_BANDS for edge in (low, high + 1)}:
        return AGGREGATE_BANDS
    return tuple((low, following - 1) for low, following in pairwise(sorted(cuts)))


def day_rows(trace: Trace, pieces: Pieces) -> list[DayRow]:
    """The local days of a trace that have readings, as the aggregate has them, with such bands."""
    days, place = np.unique(trace.local_days, return_inverse=True)
    band = np.searchsorted([low for low, _ in pieces], trace.mg_dl, side="right") - 1
    minutes, mg_dl, once = trace.cadence_minutes, trace.mg_dl, np.ones_like(trace.mg_dl)

    def sums(weights: Ints) -> Ints:
        # Exact: no sum of a day comes near 2^53.
        return np.bincount(place, weights=weights, minlength=len(days)).astype(np.int64)

    def by_band(weights: Ints) -> Ints:
        cells = np.bincount(place * len(pieces) + band, weights=weights, minlength=len(days) * len(pieces))
        return cells.reshape(len(days), len(pieces)).astype(np.int64)

    lowest, highest = np.full(len(days), np.iinfo(np.int64).max), np.zeros(len(days), dtype=np.int64)
    np.minimum.at(lowest, place, mg_dl)
    np.maximum.at(highest, place, mg_dl)
    totals = [sums(one) for one in (once, minutes, mg_dl, mg_dl**2, minutes * mg_dl, minutes * mg_dl**2)]
    columns: list[Ints] = [*totals, lowest, highest, by_band(once), by_band(minutes)]
    dates = [EPOCH + timedelta(days=day) for day in days.tolist()]
    rows: Iterator[tuple[Any, ...]] = zip(
        dates, *(column.tolist() for column in columns), [pieces] * len(dates), strict=True
    )
    return [DayRow(*row) for row in rows]


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
    """The share of each band: a plain sum of the disjoint bands inside it."""
    shares = {}
    for name, band in wanted.items():
        inside = [low >= band.lowest and high <= band.highest for low, high in day.pieces]
        readings = sum(count for count, chosen in zip(day.band_readings, inside, strict=True) if chosen)
        minutes = sum(count for count, chosen in zip(day.band_minutes, inside, strict=True) if chosen)
        percent = 100 * readings / day.readings if by_count else 100 * minutes / day.minutes
        shares[name] = Share(percent, minutes, readings)
    return shares
