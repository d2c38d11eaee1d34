"""The drawings of a report beside its profile: the bar of time in ranges, and a small chart of each day. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from analytics.agp_axes import CEILINGS
from analytics.metrics.targets import Targets
from analytics.report import BANDS, DrawnDay, Report
from analytics.svg import FONTS, GREY, INK, PALE, WITHIN, line, path, shown, text

# The colours of the consensus: red below, green in range, yellow and orange above.
COLOURS: Final[Mapping[str, str]] = {
    "very_high": "#d9741a",
    "high": "#e3b21b",
    "target": "#2c8a4b",
    "low": "#d03b46",
    "very_low": "#8a0f1d",
}
BAR_WIDTH, BAR_HEIGHT = 46, 190
COLUMNS: Final = 7
LEFT, GAP, DAY_WIDTH, DAY_HEIGHT, ROW_HEIGHT = 46, 6, 114, 96, 128
LOW: Final = "#d03b46"


def bar_svg(statistics: Mapping[str, Any], said: str) -> str:
    """The shares of the bands upon each other; ``said`` tells those who do not see it. Empty without readings."""
    parts = [_begun(BAR_WIDTH, BAR_HEIGHT, said)]
    y = 0.0
    for name in BANDS:
        height = BAR_HEIGHT * (statistics["time_in_range"][name]["percent"] or 0.0) / 100
        parts.append(f'<rect y="{y:.2f}" width="{BAR_WIDTH}" height="{height:.2f}" fill="{COLOURS[name]}"/>')
        y += height
    frame = f'width="{BAR_WIDTH - 1}" height="{BAR_HEIGHT - 1}" fill="none" stroke="{GREY}"'
    return "\n".join([*parts, f'<rect x="0.5" y="0.5" {frame}/>', "</svg>"]) + "\n"


def days_svg(found: Report, names: Sequence[str], said: str, *, point: str = ".") -> str:
    """Each drawn day in a row of seven, a name above each; as long as it was, 23 and 25 hours too."""
    highest = max((int(day.mg_dl.max(initial=0)) for day in found.drawn), default=0)
    ceiling = next((one for one in CEILINGS if highest <= one), CEILINGS[-1])
    rows = -(-len(found.drawn) // COLUMNS)
    parts = [_begun(LEFT + COLUMNS * (DAY_WIDTH + GAP) + 14, rows * ROW_HEIGHT + 4, said)]
    for number, (day, name) in enumerate(zip(found.drawn, names, strict=True)):
        row, column = divmod(number, COLUMNS)
        x, y = LEFT + column * (DAY_WIDTH + GAP), 20 + row * ROW_HEIGHT
        parts.append(text(x + 2, y - 5, name, anchor="start", size=13, weight="bold"))
        parts += _frame(x, y, ceiling, found.targets)
        if column == 0:
            parts += _edges(x, y, ceiling, found, point)
        parts += _curve(day, x, y, ceiling, found.targets)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _begun(width: float, height: float, said: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(said)}" font-family="{FONTS}" font-size="13">'
    )


def _level(mg_dl: float, ceiling: int) -> float:
    return DAY_HEIGHT * (1 - mg_dl / ceiling)


def _frame(x: float, y: float, ceiling: int, targets: Targets) -> Iterator[str]:
    high, low = _level(targets.high, ceiling), _level(targets.low, ceiling)
    yield f'<rect x="{x}" y="{y + high:.1f}" width="{DAY_WIDTH}" height="{low - high:.1f}" fill="{WITHIN}"/>'
    yield f'<rect x="{x}" y="{y}" width="{DAY_WIDTH}" height="{DAY_HEIGHT}" fill="none" stroke="{PALE}"/>'
    yield line(x + DAY_WIDTH / 2, y, x + DAY_WIDTH / 2, y + DAY_HEIGHT, PALE)


def _edges(x: float, y: float, ceiling: int, found: Report, point: str) -> Iterator[str]:
    for edge in (found.targets.low, found.targets.high):
        level, words = y + _level(edge, ceiling) + 5, shown(edge, found.unit, point)
        yield text(x - 6, level, words, anchor="end", fill=GREY, size=13)


def _curve(day: DrawnDay, x: float, y: float, ceiling: int, targets: Targets) -> Iterator[str]:
    """The readings joined, a gap where some are missing; what is below the target once more and thicker."""
    points = [
        (x + DAY_WIDTH * min(max(int(minute) / day.length, 0), 1), y + _level(int(value), ceiling))
        for minute, value in zip(day.minutes, day.mg_dl, strict=True)
    ]
    piece: list[tuple[float, float]] = []
    for number, at in enumerate(points):
        # A reading on time is one cadence after the last: more than two and a half, and there is a gap.
        if number and 2 * (day.minutes[number] - day.minutes[number - 1]) > 5 * day.cadence_minutes[number]:
            yield _stroke(piece)
            piece = []
        piece.append(at)
    if piece:
        yield _stroke(piece)
    lows = [at for at, value in zip(points, day.mg_dl, strict=True) if value < targets.low]
    for left, level in lows:
        yield line(left - 0.8, level, left + 0.8, level, LOW, 2.5)


def _stroke(piece: list[tuple[float, float]]) -> str:
    # One reading alone is a dot.
    points = piece if len(piece) > 1 else [piece[0], (piece[0][0] + 0.8, piece[0][1])]
    return f'<path d="{path(points)}" fill="none" stroke="{INK}" stroke-linejoin="round"/>'
