"""The daily answer: one local day under the names of the contract. Pure."""

from typing import Any
from zoneinfo import ZoneInfo

from analytics.metrics.day import DayRow, day_mean_mg_dl, day_sd_mg_dl, day_shares
from analytics.metrics.sufficiency import active_percent
from analytics.metrics.targets import Targets
from analytics.statistics import glucose, rounded, share_answer
from glucose.local_time import day_minutes


def daily_answer(row: DayRow, *, targets: Targets, unit: str, by_count: bool, zone: str) -> dict[str, Any]:
    """One local day; its length is that of the zone the patient lived in."""
    mean, deviation = day_mean_mg_dl(row, by_count=by_count), day_sd_mg_dl(row, by_count=by_count)
    shares = day_shares(row, targets.bands, by_count=by_count)
    return {
        "date": row.date,
        "readings": row.readings,
        "minutes": row.minutes,
        "active_percent": rounded(active_percent(row.minutes, day_minutes(row.date, ZoneInfo(zone)))),
        "mean": glucose(mean, unit),
        "sd": glucose(deviation, unit),
        "cv_percent": None if deviation is None else rounded(100 * deviation / mean),
        "min": glucose(row.lowest, unit),
        "max": glucose(row.highest, unit),
        "time_in_range": {name: share_answer(share) for name, share in shares.items()},
    }
