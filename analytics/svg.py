"""Pieces of drawings as SVG that stands alone. Pure.

No script, no style sheet and nothing from elsewhere: only attributes, which no content security policy forbids.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from patients.units import GlucoseUnit, from_mg_dl

INK, GREY, PALE = "#1b2733", "#4d5b69", "#d5dbe1"
TARGET, WITHIN = "#1f7a4d", "#e6f4ec"
# The last is what a report on paper is set in: the others are not there.
FONTS: Final = "system-ui, sans-serif, Libertinus Serif"
Points = list[tuple[float, float]]


def path(points: Iterable[tuple[float, float]]) -> str:
    """The points joined by straight lines, as the attribute `d` wants it."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width}"/>'


def text(
    x: float, y: float, words: str, *, anchor: str = "middle", fill: str = INK, size: float = 15, weight: str = "normal"
) -> str:
    """Words whose line stands at y."""
    form = f'text-anchor="{anchor}" fill="{fill}" font-size="{size}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {form}>{escape(words)}</text>'


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def shown(mg_dl: float, unit: str, point: str = ".") -> str:
    """A value as people read it: whole mg/dL, or mmol/L with one decimal after the language's ``point``."""
    decimals = 0 if unit == GlucoseUnit.MG_DL else 1
    return f"{from_mg_dl(mg_dl, unit):.{decimals}f}".replace(".", point)
