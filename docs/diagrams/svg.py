"""Boxes and relations as an SVG that needs nothing else: no script, no style sheet, no font of its own.

Colours stand in attributes, for a viewer of files; the site's style sheet replaces them by those of the theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape  # nosec B406

from docs.diagrams.entities import Column
from docs.diagrams.layout import HEAD, MARGIN, Box

INK = "#1b2224"
QUIET = "#566166"
EDGE = "#6f7f86"
GROUND = "#ffffff"
RAISED = "#e4eceb"


def svg(boxes: Mapping[str, Box], title: str) -> str:
    """The whole picture; relations lie below the boxes."""
    width = max(box.x + box.width for box in boxes.values()) + MARGIN + 24
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="monospace" font-size="12">',
        f"<title>{escape(title)}</title>",
    ]
    lines += [line for box in boxes.values() for line in _relations(box, boxes)]
    lines += [line for box in boxes.values() for line in _box(box)]
    return "\n".join([*lines, "</svg>", ""])


def _relations(box: Box, boxes: Mapping[str, Box]) -> Iterator[str]:
    for index, column in enumerate(box.entity.columns):
        if column.target in boxes and not box.is_stranger:
            yield from _relation(box, box.line(index), boxes[column.target], column)


def _relation(box: Box, y: float, target: Box, column: Column) -> Iterator[str]:
    """A curve from the field to the head of the target, with a foot where there are many."""
    end_x, end_y = target.x + target.width, target.y + HEAD / 2
    if target.x < box.x:
        start_x, way = box.x, -1
        curve = f"C {start_x - 46:.1f} {y:.1f} {end_x + 46:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    else:
        # In the same column, or in a circle: out to the right and back.
        start_x, way = box.x + box.width, 1
        out = max(start_x, end_x) + 40
        curve = f"C {out:.1f} {y:.1f} {out:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    yield f'<path class="edge" fill="none" stroke="{EDGE}" d="M {start_x:.1f} {y:.1f} {curve}"/>'
    tip = start_x + way * 9
    foot = f"M {tip - way * 2:.1f} {y - 5:.1f} v 10" if column.is_single else _foot(start_x, tip, y)
    yield f'<path class="edge" fill="none" stroke="{EDGE}" d="{foot} M {end_x + 7:.1f} {end_y - 5:.1f} v 10"/>'
    if column.is_optional:
        yield f'<circle class="hole" fill="{GROUND}" stroke="{EDGE}" cx="{end_x + 14:.1f}" cy="{end_y:.1f}" r="4"/>'


def _foot(start_x: float, tip: float, y: float) -> str:
    return f"M {start_x:.1f} {y - 5:.1f} L {tip:.1f} {y:.1f} L {start_x:.1f} {y + 5:.1f}"


def _box(box: Box) -> Iterator[str]:
    x, y, entity = box.x, box.y, box.entity
    dashes = ' stroke-dasharray="4 3"' if box.is_stranger else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}"'
    yield f'<rect class="box" {place} height="{box.height}" rx="4" fill="{GROUND}" stroke="{EDGE}"{dashes}/>'
    yield f'<rect class="head" {place} height="{HEAD}" rx="4" fill="{RAISED}" stroke="{EDGE}"{dashes}/>'
    yield _text(x + 8, y + 17, entity.name, INK, "ink", ' font-weight="bold"')
    yield _text(x + box.width - 8, y + 17, entity.app, QUIET, "quiet", ' text-anchor="end"')
    if box.has_fields:
        for index, column in enumerate(entity.columns):
            mark = "# " if column.is_key else "→ " if column.target else "  "
            yield _text(x + 8, box.line(index) + 4, mark + column.name, INK, "ink", ' xml:space="preserve"')
            kind = column.kind + ("?" if column.is_optional else "")
            yield _text(x + box.width - 8, box.line(index) + 4, kind, QUIET, "quiet", ' text-anchor="end"')


def _text(x: float, y: float, text: str, colour: str, kind: str, more: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" fill="{colour}"{more}>{escape(text)}</text>'
