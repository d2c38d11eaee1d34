"""The page of the diagrams, and each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from docs.diagrams.entities import APPS, Entity, entities
from docs.diagrams.layout import layout
from docs.diagrams.svg import svg

FOLDER: Final = Path(__file__).resolve().parents[1] / "erd"
INTRODUCTION: Final = """# Entities and relations

Made by `make erd` from the models; do not edit. `#` is the key, `→` refers to another entity, `?` may be null. A foot
is at the end of many, a circle where there may be none. Dashed boxes belong to another app. A field that holds an id
without being a foreign key, such as the patient of a reading
([decision 23](../adr/0023-no-foreign-key-from-readings.md)), has no line.

## All apps

![All apps](all.svg)
"""


def drawn() -> dict[str, str]:
    """What the files of the folder are, by their names."""
    everybody = entities()
    files = {"all.svg": svg(layout(everybody, fields=False), "All entities and their relations")}
    page = [INTRODUCTION]
    for app in APPS:
        own = [entity for entity in everybody if entity.app == app]
        files[f"{app}.svg"] = svg(layout(own, _strangers(own, everybody)), f"The entities of {app}")
        page.append(f"## {app.capitalize()}\n\n![{app.capitalize()}]({app}.svg)\n\n{_table(own)}")
    return {**files, "README.md": "\n".join(page)}


def _strangers(own: Sequence[Entity], everybody: Sequence[Entity]) -> list[Entity]:
    """Those of other apps that the app's own refer to, without what they themselves refer to."""
    targets = {column.target for entity in own for column in entity.columns}
    found = [entity for entity in everybody if entity.name in targets and entity not in own]
    return [Entity(one.app, one.name, one.table, one.sentence, ()) for one in found]


def _table(own: Sequence[Entity]) -> str:
    rows = [
        f"| {one.name} | `{one.table}` | {one.sentence.replace('``', '`').replace('|', chr(92) + '|')} |" for one in own
    ]
    return "\n".join(["| entity | table | what it is |", "|---|---|---|", *rows, ""])
