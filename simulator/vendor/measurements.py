"""Points of the truth as the vendor writes them."""

from functools import lru_cache
from typing import Any

from simulator.instants import MINUTE_MS, SECOND_MS, vendor_wall_time
from simulator.truth.series import Series

LOWEST_MG_DL, HIGHEST_MG_DL = 40, 500
MG_DL_PER_MMOL_L = 18.0182
TYPE_GRAPH, TYPE_MEASUREMENT, TYPE_ALARM, TYPE_HYBRID = 0, 1, 2, 3
UNIT_CODES = {"mmol/L": 0, "mg/dL": 1}
ARROW_HI_OR_LO = 0
# The slope in mg/dL per minute above which an arrow is the next one.
ARROW_EDGES = ((-2.0, 1), (-1.0, 2), (1.0, 3), (2.0, 4))
ARROW_STEEPEST = 5


@lru_cache(maxsize=30_000)
def _item(time_s: int, mg_dl: int, kind: int, timezone: str, unit: str) -> dict[str, Any]:
    shown = min(max(mg_dl, LOWEST_MG_DL), HIGHEST_MG_DL)
    return {
        "FactoryTimestamp": vendor_wall_time(time_s, "UTC"),
        "Timestamp": vendor_wall_time(time_s, timezone),
        "type": kind,
        "ValueInMgPerDl": shown,
        "MeasurementColor": _color(shown),
        "GlucoseUnits": UNIT_CODES[unit],
        "Value": in_unit(shown, UNIT_CODES[unit]),
        "isHigh": mg_dl > HIGHEST_MG_DL,
        "isLow": mg_dl < LOWEST_MG_DL,
    }


def item(time_ms: int, mg_dl: int, kind: int, timezone: str, unit: str) -> dict[str, Any]:
    """A point as a fresh object; its time is cut to the second."""
    return dict(_item(time_ms // SECOND_MS, mg_dl, kind, timezone, unit))


def in_unit(mg_dl: int, unit_code: int) -> float:
    """The value in the unit of a code, as the vendor rounds it."""
    return mg_dl if unit_code == UNIT_CODES["mg/dL"] else round(mg_dl / MG_DL_PER_MMOL_L, 1)


def trend_arrow(series: Series) -> int | None:
    """1 falling fast to 5 rising fast at the series' last point, 0 beyond the range, None if not known.

    The slope is the one to the oldest point of the 20 minutes before.
    """
    latest_ms, latest = int(series.time_ms[-1]), int(series.mg_dl[-1])
    if not LOWEST_MG_DL <= latest <= HIGHEST_MG_DL:
        return ARROW_HI_OR_LO
    recent = series.between(latest_ms - 20 * MINUTE_MS, latest_ms)
    if not len(recent):
        return None
    minutes = (latest_ms - int(recent.time_ms[0])) / MINUTE_MS
    slope = (latest - int(recent.mg_dl[0])) / minutes
    return next((arrow for edge, arrow in ARROW_EDGES if slope <= edge), ARROW_STEEPEST)


def _color(mg_dl: int) -> int:
    """1 green, 2 yellow, 3 orange, 4 red."""
    if mg_dl < 70:
        return 4
    if mg_dl <= 180:
        return 1
    return 2 if mg_dl <= 240 else 3
