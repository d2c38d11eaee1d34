"""The clinic's statistics: all patients together, and the distribution over them. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from analytics.metrics.categories import Flags, Looked
from analytics.metrics.gmi import GMI_INTERCEPT, GMI_SLOPE
from analytics.metrics.period_sums import BANDS, CURRENT, MINUTES, PREVIOUS, READINGS, Floats, Ints, mean_mg_dl
from analytics.overview import counts_answer
from analytics.statistics import glucose, rounded

PERCENTILES: Final = (5, 25, 50, 75, 95)
# The width of a bin of each distribution: mg/dL, or the percentage's points.
WIDTHS: Final = {"time_in_range": 10, "mean": 20, "gmi_percent": 0.5, "cv_percent": 4, "active_percent": 10}
# A percentage of time ends here: who is in range all the time is in the last bin, not in one beyond.
WHOLE: Final = {"time_in_range": 100, "active_percent": 100}


def clinic_answer(looked: Looked, sums: Ints, flags: Mapping[str, Flags], *, unit: str) -> dict[str, Any]:
    """The numbers of a clinic; null where nobody has data. Shares are by each patient's own targets."""
    with_data = ~looked.no_data
    return {
        "unit": unit,
        "patients": len(with_data),
        "patients_with_data": int(with_data.sum()),
        "patients_with_sufficient_data": int(looked.sufficient.sum()),
        "patients_compared": int(looked.comparable.sum()),
        "counts": counts_answer(flags),
        "pooled": pooled(looked, sums, CURRENT, unit),
        "previous": pooled(looked, sums, PREVIOUS, unit),
        "distributions": {
            name: _distribution(name, values[with_data], unit) for name, values in _measures(looked).items()
        },
    }


def pooled(looked: Looked, sums: Ints, period: int, unit: str) -> dict[str, Any]:
    """All readings of all patients as one, each weighted by its minutes."""
    together = sums[:, period].sum(axis=0)
    mean, sd = float(mean_mg_dl(together)), float(_sd(sums[:, period]))
    minutes = int(together[MINUTES])
    by_band = zip(
        BANDS,
        looked.periods.band_minutes[:, period].sum(axis=0).tolist(),
        looked.periods.band_readings[:, period].sum(axis=0).tolist(),
        strict=True,
    )
    return {
        "readings": int(together[READINGS]),
        "minutes": minutes,
        "mean": glucose(_number(mean), unit),
        "sd": glucose(_number(sd), unit),
        "cv_percent": rounded(_number(100 * sd / mean)),
        "gmi_percent": rounded(_number(GMI_INTERCEPT + GMI_SLOPE * mean)),
        "time_in_range": {
            name: {
                "percent": rounded(100 * of_minutes / minutes) if minutes else None,
                "minutes": of_minutes,
                "readings": of_readings,
            }
            for name, of_minutes, of_readings in by_band
        },
    }


def _sd(sums: Ints) -> float:
    """The deviation of everybody's readings: of sums that 64 bits cannot hold."""
    readings, minutes, total, squares = (sum(column) for column in sums[:, :4].T.tolist())
    if readings < 2:
        return float("nan")
    spread = (minutes * squares - total * total) / (minutes * minutes)
    return float((spread * readings / (readings - 1)) ** 0.5)


def _measures(looked: Looked) -> dict[str, Floats]:
    found = looked.periods
    return {
        "time_in_range": found.share("target")[:, CURRENT],
        "mean": found.mean[:, CURRENT],
        "gmi_percent": found.gmi_percent[:, CURRENT],
        "cv_percent": found.cv_percent[:, CURRENT],
        "active_percent": looked.active_percent[:, CURRENT],
    }


def _distribution(name: str, values: Floats, unit: str) -> dict[str, Any]:
    """Over the patients who have the value: how many, percentiles (type 7), and how many are in each bin."""

    def told(value: float) -> float | None:
        return glucose(value, unit) if name == "mean" else rounded(value)

    values = values[~np.isnan(values)]
    at = np.percentile(values, PERCENTILES).tolist() if len(values) else [None] * len(PERCENTILES)
    return {
        "patients": len(values),
        **{f"p{p}": None if value is None else told(value) for p, value in zip(PERCENTILES, at, strict=True)},
        "bins": [
            {"low": told(start), "high": told(end), "patients": count} for start, end, count in _bins(name, values)
        ],
    }


def _bins(name: str, values: Floats) -> list[tuple[float, float, int]]:
    """Bins of one width from the lowest to the highest value, empty ones between included; each without its end."""
    if not len(values):
        return []
    width = WIDTHS[name]
    index = np.floor(values / width).astype(np.int64)
    if name in WHOLE:
        index = np.minimum(index, WHOLE[name] // width - 1)
    first = int(index.min())
    counts = np.bincount(index - first).tolist()
    return [((first + place) * width, (first + place + 1) * width, count) for place, count in enumerate(counts)]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
