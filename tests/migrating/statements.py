"""The migrations of our own apps, and the SQL that each would run."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

OWN: Final = ("accounts", "work", "patients", "glucose", "analytics", "dashboard")


def own_migrations() -> Iterator[tuple[Migration, ProjectState]]:
    """Each of ours with the models before it, which change with the next one; in an empty database's order."""
    graph = MigrationLoader(None).graph
    state = ProjectState()
    for key in dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)):
        migration = graph.nodes[key]
        if key[0] in OWN:
            yield migration, state
        state = migration.mutate_state(state, preserve=False)


def statements_of(migration: Migration, state: ProjectState) -> Sequence[str]:
    """What ``sqlmigrate`` prints of it."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    return [text for text in editor.collected_sql if not all(line.startswith("--") for line in text.splitlines())]
