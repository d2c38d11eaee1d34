"""Where the boxes of a diagram stand: who refers to nobody on the left, who refers to them on their right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docs.diagrams.entities import Entity

CHARACTER = 7.3
LINE = 18
HEAD = 26
BETWEEN_COLUMNS = 90
BETWEEN_BOXES = 26
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Box:
    """An entity at its place; a stranger, of another app, and one of an overview have no fields."""

    entity: Entity
    x: float
    y: float
    width: float
    height: float
    is_stranger: bool = False
    has_fields: bool = True

    def line(self, index: int) -> float:
        """The middle of a field's line."""
        return self.y + HEAD + LINE * (index + 0.5) if self.has_fields else self.y + HEAD / 2


def layout(entities: Sequence[Entity], strangers: Sequence[Entity] = (), *, fields: bool = True) -> dict[str, Box]:
    """The boxes by the names of their entities."""
    everybody = {entity.name: entity for entity in [*strangers, *entities]}
    depths = depths_of(everybody)
    boxes: dict[str, Box] = {}
    x: float = MARGIN
    for depth in range(max(depths.values(), default=0) + 1):
        column = [everybody[name] for name in everybody if depths[name] == depth]
        column.sort(key=lambda entity: (_height_of_targets(entity, boxes), entity.app, entity.name))
        y: float = MARGIN
        for entity in column:
            is_stranger = entity in strangers
            has_fields = fields and not is_stranger
            size = HEAD + (LINE * len(entity.columns) + 6 if has_fields else 0)
            boxes[entity.name] = Box(entity, x, y, _width(entity, has_fields), size, is_stranger, has_fields)
            y += size + BETWEEN_BOXES
        x += max(boxes[entity.name].width for entity in column) + BETWEEN_COLUMNS
    return boxes


def depths_of(entities: Mapping[str, Entity]) -> dict[str, int]:
    """How many steps each is from one that refers to nobody; a circle is cut where it closes."""
    found: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...]) -> int:
        if name in found:
            return found[name]
        targets = {column.target for column in entities[name].columns} & set(entities)
        steps = [depth(target, (*above, name)) + 1 for target in sorted(targets) if target not in (*above, name)]
        found[name] = max(steps, default=0)
        return found[name]

    for name in entities:
        depth(name, ())
    return found


def _height_of_targets(entity: Entity, boxes: Mapping[str, Box]) -> float:
    heights = [boxes[column.target].y for column in entity.columns if column.target in boxes]
    return sum(heights) / len(heights) if heights else 0


def _width(entity: Entity, has_fields: bool) -> float:
    title = len(entity.name) + len(entity.app) + 3
    longest = max((len(f"{one.name} {one.kind}") + 5 for one in entity.columns), default=0) if has_fields else 0
    return max(title, longest) * CHARACTER + 16
