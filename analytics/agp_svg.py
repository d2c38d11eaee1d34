"""The ambulatory glucose profile as a drawing: SVG that stands alone. Pure.

Alone it is narrow and its letters are large, so that they can be read on a telephone too; in a report it is wide.
"""

from collections.abc import Iterator
from datetime import datetime
from html import escape

import numpy as np

from analytics.agp import PERCENTS, Profile
from analytics.agp_axes import CEILINGS, ENGLISH, LEFT, NARROW, Axes, Shape, Words
from analytics.metrics.sufficiency import Sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import Band
from analytics.metrics.trace import DAY_MINUTES
from analytics.svg import FONTS, GREY, INK, PALE, TARGET, WITHIN, Points, clock, line, path, text

MEDIAN, INNER, OUTER = "#0b3d7a", "#82aede", "#c9dcf2"


def agp_svg(
    found: Profile,
    enough: Sufficiency,
    *,
    targets: Targets,
    unit: str,
    as_of: datetime | None = None,
    words: Words = ENGLISH,
    shape: Shape = NARROW,
) -> str:
    """The profile as text of SVG, the same for the same profile; without readings an empty chart that says so.

    ``as_of``, in UTC, is shown where the profile is as it was known then.
    """
    target = targets.bands["target"]
    highest = float(np.nan_to_num(found.percentiles).max())
    ceiling = next((one for one in CEILINGS if highest <= one), CEILINGS[-1])
    axes = Axes(shape, ceiling, unit, words)
    facts = _facts(found, enough, axes) if shape.heading else []
    if as_of is not None and shape.heading:
        facts.append(words.as_of.format(moment=f"{as_of:%Y-%m-%d at %H:%M:%S}"))
    top = shape.top - 56 - 19 * len(facts) if shape.heading else 0
    width, height = shape.right + 26, shape.bottom + 36 + 24 * (4 // shape.columns)
    curves = [[_points(found, run, place, axes) for place in range(len(PERCENTS))] for run in _runs(found)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {top} {width} {height - top}" role="img"'
        f' aria-labelledby="agp-title agp-desc" font-family="{FONTS}" font-size="15">',
        f'<title id="agp-title">{escape(words.title)}</title>',
        f'<desc id="agp-desc">{escape(described(found, enough, target, axes))}</desc>',
        f'<rect y="{top}" width="{width}" height="{height - top}" fill="#ffffff"/>',
        *(_heading(facts, words.title, top + 24) if shape.heading else ()),
        *_ground(target, axes),
        *_bands(curves),
        *_edges(target, axes),
        *_curves(curves, axes),
        *_legend(target, axes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def described(found: Profile, enough: Sufficiency, target: Band, axes: Axes) -> str:
    """What the drawing shows, for those who do not see it."""
    words = axes.words
    if not found.readings:
        return words.no_readings
    median = found.percentiles[:, PERCENTS.index(50)]
    low, high = int(np.nanargmin(median)), int(np.nanargmax(median))
    by_time = words.by_time.format(amount=_amount(found, words))
    median_is = words.median_is.format(
        low_at=clock(low * found.bin_minutes),
        low=axes.shown(median[low]),
        high_at=clock(high * found.bin_minutes),
        high=axes.shown(median[high]),
        target=axes.range(target),
        unit=axes.unit,
    )
    return f"{by_time} {median_is} {(enough.reason or '') if axes.shape.heading else ''}".strip()


def _facts(found: Profile, enough: Sufficiency, axes: Axes) -> list[str]:
    # A reason is too long for one line of a telephone: what is, and what is needed.
    what, _, needed = (enough.reason or "").partition("; ")
    amount = f"{axes.unit} · {_amount(found, axes.words)}"
    return [amount, *([f"{what};", needed] if needed else [what] if what else [])]


def _heading(lines: list[str], title: str, y: int) -> Iterator[str]:
    yield text(LEFT, y, title, anchor="start", size=18, weight="bold")
    for number, one in enumerate(lines, 1):
        yield text(LEFT, y + 2 + 19 * number, one, anchor="start", fill=GREY, size=14)


def _ground(target: Band, axes: Axes) -> Iterator[str]:
    """The target range under everything, and the lines of both axes with what they stand for."""
    (right, top, bottom), high, low = _frame(axes.shape), axes.y(target.highest), axes.y(target.lowest)
    yield f'<rect x="{LEFT}" y="{high:.1f}" width="{right - LEFT}" height="{low - high:.1f}" fill="{WITHIN}"/>'
    for minute in range(0, DAY_MINUTES + 1, 180):
        yield line(axes.x(minute), top, axes.x(minute), bottom, PALE)
        yield text(axes.x(minute), bottom + 19, clock(minute), fill=GREY)
    for edge in (0, 54, 250, *(one for one in CEILINGS if one <= axes.ceiling)):
        y = axes.y(edge)
        yield line(LEFT, y, right, y, PALE)
        # 54 and 250 have no room for their numbers where the target's own are too close.
        if edge not in (54, 250) or min(abs(y - low), abs(y - high)) >= 11:
            yield text(LEFT - 6, y + 5, axes.shown(edge), anchor="end", fill=GREY, size=14)


def _edges(target: Band, axes: Axes) -> Iterator[str]:
    for edge in (target.lowest, target.highest):
        y = axes.y(edge)
        yield line(LEFT, y, axes.shape.right, y, TARGET)
        yield text(LEFT - 6, y + 5, axes.shown(edge), anchor="end", fill=TARGET, size=14, weight="bold")


def _bands(lines: list[list[Points]]) -> Iterator[str]:
    for place, fill in ((0, OUTER), (1, INNER)):
        for curves in lines:
            yield f'<path d="{path(curves[-1 - place] + curves[place][::-1])}Z" fill="{fill}"/>'


def _curves(lines: list[list[Points]], axes: Axes) -> Iterator[str]:
    for curves in lines:
        for outer in (curves[0], curves[-1]):
            yield f'<path d="{path(outer)}" fill="none" stroke="{INNER}" stroke-dasharray="4 3"/>'
        yield f'<path d="{path(curves[2])}" fill="none" stroke="{MEDIAN}" stroke-width="3" stroke-linejoin="round"/>'
    if not lines:
        right, top, bottom = _frame(axes.shape)
        yield text((LEFT + right) / 2, (top + 2 * bottom) / 3, axes.words.nothing, size=18)


def _legend(target: Band, axes: Axes) -> Iterator[str]:
    words, columns, first = axes.words, axes.shape.columns, axes.shape.bottom + 46
    names = (
        ("", MEDIAN, words.median),
        (WITHIN, TARGET, words.target.format(target=axes.range(target), unit=axes.unit)),
        (INNER, INNER, words.inner),
        (OUTER, INNER, words.outer),
    )
    for number, (fill, stroke, name) in enumerate(names):
        # The name of the target is the longest.
        column = number % columns
        x, y = LEFT + 150 * column + (100 if column > 1 else 0), first + 24 * (number // columns)
        if fill:
            yield f'<rect x="{x}" y="{y - 12}" width="22" height="13" fill="{fill}" stroke="{stroke}"/>'
        else:
            yield line(x, y - 5, x + 22, y - 5, stroke, 3)
        yield text(x + 28, y, name, anchor="start", fill=INK)


def _frame(shape: Shape) -> tuple[int, int, int]:
    return shape.right, shape.top, shape.bottom


def _runs(found: Profile) -> list[tuple[int, int]]:
    """The bins that have readings as half-open runs."""
    there = np.concatenate(([False], found.n > 0, [False]))
    edges = np.flatnonzero(there[1:] != there[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _points(found: Profile, run: tuple[int, int], place: int, axes: Axes) -> Points:
    """A percentile through the middles of a run's bins and out to its edges; at midnight both ends meet."""
    values, (first, end) = found.percentiles[:, place], run
    left, right = float(values[first]), float(values[end - 1])
    if found.n[0] and found.n[-1]:
        midnight = float(values[0] + values[-1]) / 2
        left, right = midnight if first == 0 else left, midnight if end == len(values) else right
    middles = [(found.bin_minutes * (number + 0.5), float(values[number])) for number in range(first, end)]
    whole = [(found.bin_minutes * first, left), *middles, (found.bin_minutes * end, right)]
    return [(axes.x(minute), axes.y(mg_dl)) for minute, mg_dl in whole]


def _amount(found: Profile, words: Words) -> str:
    readings = f"{found.readings:,}".replace(",", words.thousands)
    return words.amount.format(days=found.days_with_data, readings=readings)
