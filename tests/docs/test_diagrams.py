"""The diagrams of the models: what is committed is what they are, and boxes do not lie on each other."""

from itertools import combinations

from docs.diagrams.entities import Column, Entity, entities
from docs.diagrams.layout import Box, depths_of, layout
from docs.diagrams.pages import FOLDER, drawn


def entity(name: str, *targets: str) -> Entity:
    return Entity(
        "app", name, name.lower(), "", tuple(Column(f"to_{target}", "uuid", target=target) for target in targets)
    )


def apart(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_the_committed_diagrams_are_what_the_models_are() -> None:
    made = drawn()

    assert sorted(made) == sorted(path.name for path in FOLDER.iterdir())
    assert [name for name, text in made.items() if (FOLDER / name).read_text() != text] == []


def test_no_two_boxes_lie_on_each_other() -> None:
    boxes = layout(entities()).values()

    assert all(apart(one, other) for one, other in combinations(boxes, 2))


def test_who_refers_stands_to_the_right() -> None:
    boxes = layout([entity("A", "B"), entity("B"), entity("C", "A", "B")])

    assert boxes["B"].x < boxes["A"].x < boxes["C"].x


def test_a_circle_is_cut_once() -> None:
    found = {one.name: one for one in [entity("A", "B"), entity("B", "A", "B")]}

    assert sorted(depths_of(found).values()) == [0, 1]


def test_a_relation_is_drawn_for_every_foreign_key() -> None:
    everybody = {one.name for one in entities()}
    relations = [column for one in entities() for column in one.columns if column.target in everybody]

    assert drawn()["all.svg"].count('<path class="edge"') == 2 * len(relations)
