"""The numbers of many patients at once, each over two periods, previous first, from what adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.day import AGGREGATE_BANDS, pieces_of
from analytics.metrics.gmi import GMI_INTERCEPT, GMI_SLOPE
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import STANDARD

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PREVIOUS, CURRENT = 0, 1
BANDS: Final = tuple(STANDARD)
# Of which the numbers are made: readings, minutes, sum and sum of squares of the values weighted by minutes, then the
# readings and the minutes of each disjoint band.
READINGS, MINUTES, TOTAL, SQUARES = range(4)
PIECES: Final = len(AGGREGATE_BANDS)
WIDTH: Final = 4 + 2 * PIECES
# More would not fit into 64 bits: minutes times sum of squares, both of every minute twice and of 600 mg/dL.
MOST_DAYS: Final = 366


@lru_cache(maxsize=1024)
def own_edges(targets: Targets) -> bool:
    """Whether the target's edges are none of the daily aggregate's, so that its shares come from raw readings."""
    return pieces_of(targets.bands) != AGGREGATE_BANDS


@lru_cache(maxsize=1024)
def lows_of(targets: Targets) -> tuple[int, ...]:
    """The lowest value of each of the disjoint bands of which every band of the targets is a sum."""
    if not own_edges(targets):
        return tuple(low for low, _ in AGGREGATE_BANDS)
    return (0, *sorted((54, targets.low, 70, 141, targets.high + 1, 251)))


def sums_of_readings(row: Ints, period: Ints, mg_dl: Ints, minutes: Ints, lows: Ints) -> Ints:
    """What adds up of single readings, shape (patients, 2, WIDTH); ``lows`` as lows_of, shape (patients, PIECES)."""
    cell = 2 * row + period
    piece = np.zeros(len(row), dtype=np.int64)
    for edge in range(1, PIECES):
        piece += mg_dl >= lows[row, edge]
    cells, place = 2 * len(lows), cell * PIECES + piece

    def summed(weights: Ints) -> Ints:
        # Exact: no sum comes near 2^53.
        return np.bincount(cell, weights=weights, minlength=cells).astype(np.int64)

    weighted = minutes * mg_dl
    parts = [np.bincount(cell, minlength=cells), summed(minutes), summed(weighted), summed(weighted * mg_dl)]
    by_piece = [
        np.bincount(place, minlength=cells * PIECES).reshape(cells, PIECES),
        np.bincount(place, weights=minutes, minlength=cells * PIECES).astype(np.int64).reshape(cells, PIECES),
    ]
    return np.concatenate((np.stack(parts, axis=1), *by_piece), axis=1).reshape(len(lows), 2, WIDTH)


@dataclass(frozen=True, eq=False)
class Periods:
    """Both periods of each patient: shape (patients, 2), NaN where there is nothing to tell.

    ``percent``, ``band_readings`` and ``band_minutes`` are by the bands of BANDS, shape (patients, 2, bands).
    """

    readings: Ints
    minutes: Ints
    mean: Floats
    sd: Floats
    cv_percent: Floats
    gmi_percent: Floats
    percent: Floats
    band_readings: Ints
    band_minutes: Ints

    def share(self, band: str) -> Floats:
        """The percentage of a band."""
        found: Floats = self.percent[..., BANDS.index(band)]
        return found


def periods(sums: Ints, targets: Sequence[Targets]) -> Periods:
    """The numbers of each patient, whose targets are one each, from sums of shape (patients, 2, WIDTH)."""
    readings, minutes = sums[..., READINGS], sums[..., MINUTES]
    members = _members(targets)
    band_readings = np.einsum("npk,nbk->npb", sums[..., 4 : 4 + PIECES], members)
    band_minutes = np.einsum("npk,nbk->npb", sums[..., 4 + PIECES :], members)
    mean, sd = mean_mg_dl(sums), sd_mg_dl(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = 100 * band_minutes / minutes[..., None]
        cv_percent = 100 * sd / mean
    gmi_percent = GMI_INTERCEPT + GMI_SLOPE * mean
    return Periods(readings, minutes, mean, sd, cv_percent, gmi_percent, percent, band_readings, band_minutes)


def mean_mg_dl(sums: Ints) -> Floats:
    """Mean glucose in mg/dL, weighted by minutes as in moments.py; NaN without readings."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = sums[..., TOTAL] / sums[..., MINUTES]
    return found


def sd_mg_dl(sums: Ints) -> Floats:
    """Standard deviation in mg/dL with n - 1, as in moments.py; NaN below two readings."""
    readings, minutes = sums[..., READINGS], sums[..., MINUTES]
    # Exact integers until the division: no cancellation.
    spread = minutes * sums[..., SQUARES] - sums[..., TOTAL] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.sqrt(spread / (minutes * minutes) * readings / (readings - 1))
    return np.where(readings >= 2, found, np.nan)


def _members(targets: Sequence[Targets]) -> Ints:
    """Which disjoint bands make each band of each patient's targets: 1 or 0, shape (patients, bands, PIECES)."""
    known: dict[Targets, Ints] = {}
    for one in targets:
        if one not in known:
            lows = lows_of(one)
            known[one] = np.array(
                [[one.bands[name].lowest <= low <= one.bands[name].highest for low in lows] for name in BANDS],
                dtype=np.int64,
            )
    if not known:
        return np.zeros((0, len(BANDS), PIECES), dtype=np.int64)
    return np.stack([known[one] for one in targets])
