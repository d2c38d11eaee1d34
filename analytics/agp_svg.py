"""The ambulatory glucose profile as a drawing: SVG that stands alone. Pure.

No script, no style sheet and nothing from elsewhere: only attributes, which no content security policy forbids. It is
narrow and its letters are large, so that they can be read on a telephone too.
"""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.agp import PERCENTS, Profile
from analytics.metrics.sufficiency import Sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import Band
from analytics.metrics.trace import DAY_MINUTES
from patients.units import GlucoseUnit, from_mg_dl

WIDTH, HEIGHT = 480, 460
LEFT, RIGHT, TOP, BOTTOM = 46, 454, 112, 376
# The lowest of these that everything fits under ends the axis.
CEILINGS: Final = (350, 450, 600)
INK, GREY, PALE = "#1b2733", "#4d5b69", "#d5dbe1"
TARGET, WITHIN = "#1f7a4d", "#e6f4ec"
MEDIAN, INNER, OUTER = "#0b3d7a", "#82aede", "#c9dcf2"
Floats = NDArray[np.float64]
Points = list[tuple[float, float]]


def agp_svg(found: Profile, enough: Sufficiency, *, targets: Targets, unit: str, as_of: datetime | None = None) -> str:
    """The profile as text of SVG, the same for the same profile; without readings an empty chart that says so.

    ``as_of``, in UTC, is shown where the profile is as it was known then.
    """
    target = targets.bands["target"]
    highest = float(np.nan_to_num(found.percentiles).max())
    ceiling = next((one for one in CEILINGS if highest <= one), CEILINGS[-1])
    facts = _facts(found, enough, unit)
    if as_of is not None:
        facts.append(f"As it was known on {as_of:%Y-%m-%d at %H:%M:%S} UTC")
    top = TOP - 56 - 19 * len(facts)
    lines = [[_points(found, run, place, ceiling) for place in range(len(PERCENTS))] for run in _runs(found)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {top} {WIDTH} {HEIGHT - top}" role="img"'
        ' aria-labelledby="agp-title agp-desc" font-family="system-ui, sans-serif" font-size="15">',
        '<title id="agp-title">Ambulatory glucose profile</title>',
        f'<desc id="agp-desc">{escape(_described(found, enough, target, unit))}</desc>',
        f'<rect y="{top}" width="{WIDTH}" height="{HEIGHT - top}" fill="#ffffff"/>',
        *_heading(facts, top + 24),
        *_ground(target, ceiling, unit),
        *_bands(lines),
        *_edges(target, ceiling, unit),
        *_curves(lines),
        *_legend(target, unit),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(found: Profile, enough: Sufficiency, target: Band, unit: str) -> str:
    if not found.readings:
        return "There are no readings in the window."
    median = found.percentiles[:, PERCENTS.index(50)]
    low, high = int(np.nanargmin(median)), int(np.nanargmax(median))
    parts = [
        f"Glucose by local time of day; {_amount(found)}.",
        f"The median is lowest at {_clock(low * found.bin_minutes)} with {_shown(median[low], unit)} {unit}",
        f"and highest at {_clock(high * found.bin_minutes)} with {_shown(median[high], unit)} {unit}.",
        f"The target range is {_range(target, unit)} {unit}.",
        enough.reason or "",
    ]
    return " ".join(parts).strip()


def _facts(found: Profile, enough: Sufficiency, unit: str) -> list[str]:
    # A reason is too long for one line of a telephone: what is, and what is needed.
    what, _, needed = (enough.reason or "").partition("; ")
    return [f"{unit} · {_amount(found)}", *([f"{what};", needed] if needed else [what] if what else [])]


def _heading(lines: list[str], y: int) -> Iterator[str]:
    yield _text(LEFT, y, "Ambulatory glucose profile", anchor="start", size=18, weight="bold")
    for number, line in enumerate(lines, 1):
        yield _text(LEFT, y + 2 + 19 * number, line, anchor="start", fill=GREY, size=14)


def _ground(target: Band, ceiling: int, unit: str) -> Iterator[str]:
    """The target range under everything, and the lines of both axes with what they stand for."""
    high, low = _y(target.highest, ceiling), _y(target.lowest, ceiling)
    yield f'<rect x="{LEFT}" y="{high:.1f}" width="{RIGHT - LEFT}" height="{low - high:.1f}" fill="{WITHIN}"/>'
    for minute in range(0, DAY_MINUTES + 1, 180):
        yield _line(_x(minute), TOP, _x(minute), BOTTOM, PALE)
        yield _text(_x(minute), BOTTOM + 19, _clock(minute), fill=GREY)
    for edge in (0, 54, 250, *(one for one in CEILINGS if one <= ceiling)):
        y = _y(edge, ceiling)
        yield _line(LEFT, y, RIGHT, y, PALE)
        # 54 and 250 have no room for their numbers where the target's own are too close.
        if edge not in (54, 250) or min(abs(y - low), abs(y - high)) >= 11:
            yield _text(LEFT - 6, y + 5, _shown(edge, unit), anchor="end", fill=GREY, size=14)


def _edges(target: Band, ceiling: int, unit: str) -> Iterator[str]:
    for edge in (target.lowest, target.highest):
        y = _y(edge, ceiling)
        yield _line(LEFT, y, RIGHT, y, TARGET)
        yield _text(LEFT - 6, y + 5, _shown(edge, unit), anchor="end", fill=TARGET, size=14, weight="bold")


def _bands(lines: list[list[Points]]) -> Iterator[str]:
    for place, fill in ((0, OUTER), (1, INNER)):
        for curves in lines:
            yield f'<path d="{_path(curves[-1 - place] + curves[place][::-1])}Z" fill="{fill}"/>'


def _curves(lines: list[list[Points]]) -> Iterator[str]:
    for curves in lines:
        for outer in (curves[0], curves[-1]):
            yield f'<path d="{_path(outer)}" fill="none" stroke="{INNER}" stroke-dasharray="4 3"/>'
        yield f'<path d="{_path(curves[2])}" fill="none" stroke="{MEDIAN}" stroke-width="3" stroke-linejoin="round"/>'
    if not lines:
        yield _text((LEFT + RIGHT) / 2, (TOP + 2 * BOTTOM) / 3, "No readings", size=18)


def _legend(target: Band, unit: str) -> Iterator[str]:
    upper, lower, second = HEIGHT - 38, HEIGHT - 14, LEFT + 150
    yield _line(LEFT, upper - 5, LEFT + 22, upper - 5, MEDIAN, 3)
    yield _text(LEFT + 28, upper, "median", anchor="start")
    for x, y, fill, stroke, name in (
        (second, upper, WITHIN, TARGET, f"target {_range(target, unit)} {unit}"),
        (LEFT, lower, INNER, INNER, "25 to 75 %"),
        (second, lower, OUTER, INNER, "5 to 95 %"),
    ):
        yield f'<rect x="{x}" y="{y - 12}" width="22" height="13" fill="{fill}" stroke="{stroke}"/>'
        yield _text(x + 28, y, name, anchor="start")


def _runs(found: Profile) -> list[tuple[int, int]]:
    """The bins that have readings as half-open runs."""
    there = np.concatenate(([False], found.n > 0, [False]))
    edges = np.flatnonzero(there[1:] != there[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _points(found: Profile, run: tuple[int, int], place: int, ceiling: int) -> Points:
    """A percentile through the middles of a run's bins and out to its edges; at midnight both ends meet."""
    values, (first, end) = found.percentiles[:, place], run
    left, right = float(values[first]), float(values[end - 1])
    if found.n[0] and found.n[-1]:
        midnight = float(values[0] + values[-1]) / 2
        left, right = midnight if first == 0 else left, midnight if end == len(values) else right
    middles = [(found.bin_minutes * (number + 0.5), float(values[number])) for number in range(first, end)]
    whole = [(found.bin_minutes * first, left), *middles, (found.bin_minutes * end, right)]
    return [(_x(minute), _y(mg_dl, ceiling)) for minute, mg_dl in whole]


def _x(minute: float) -> float:
    return LEFT + (RIGHT - LEFT) * minute / DAY_MINUTES


def _y(mg_dl: float, ceiling: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * mg_dl / ceiling


def _path(points: Points) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: int = 1) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width}"/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "middle", fill: str = INK, size: int = 15, weight: str = "normal"
) -> str:
    form = f'text-anchor="{anchor}" fill="{fill}" font-size="{size}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {form}>{escape(words)}</text>'


def _amount(found: Profile) -> str:
    return f"days with data: {found.days_with_data}, readings: {found.readings:,}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _range(band: Band, unit: str) -> str:
    return f"{_shown(band.lowest, unit)} to {_shown(band.highest, unit)}"


def _shown(mg_dl: float, unit: str) -> str:
    """A value as people read it: whole mg/dL, or mmol/L with one decimal."""
    return f"{from_mg_dl(mg_dl, unit):.{0 if unit == GlucoseUnit.MG_DL else 1}f}"
