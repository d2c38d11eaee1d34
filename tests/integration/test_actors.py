"""What every actor of the product keeps to, and that what is sent goes to the queue of its actor."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import pytest

from project.actors import import_actors
from work import queues
from work.queues import BULK, CRITICAL, QUEUES

import_actors()
ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("accounts", "patients", "glucose", "analytics", "work")
ACTORS = {
    name: actor for name, actor in dramatiq.get_broker().actors.items() if not actor.fn.__module__.startswith("tests")
}
LONGEST_MS = {CRITICAL: 120_000}
# What may stand in Redis and in a dead letter: ids, times, names of ours, and what was sealed by whoever sent it.
ARGUMENTS = {"start", "end", "at", "notice", "language", "address"}

every_actor = pytest.mark.parametrize("name", sorted(ACTORS))


def sent() -> Iterator[tuple[str, str]]:
    """Actor and queue of each message that the code sends by name."""
    for path in (path for app in PRODUCT for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            given = {word.arg: word.value for word in node.keywords}
            actor = given.get("actor") if node.func.id == "start_task" else node.args[0] if node.args else None
            if node.func.id in ("send", "start_task") and isinstance(actor, ast.Constant):
                assert isinstance(given["queue"], ast.Name), f"{path}: {ast.unparse(node)}"
                yield str(actor.value), getattr(queues, given["queue"].id)


@every_actor
def test_has_a_time_limit_and_a_queue_with_workers(name: str) -> None:
    actor = ACTORS[name]

    assert actor.queue_name in QUEUES
    assert 0 < actor.options.get("time_limit", 0) <= LONGEST_MS.get(actor.queue_name, 3_600_000)


@every_actor
def test_takes_ids_and_nothing_of_a_person(name: str) -> None:
    taken = inspect.signature(ACTORS[name].fn).parameters

    assert {name for name in taken if not name.endswith("_id")} <= ARGUMENTS


def test_what_is_sent_by_name_goes_to_the_queue_of_its_actor() -> None:
    found = list(sent())

    assert len(found) >= 7
    assert [(name, queue) for name, queue in found if ACTORS[name].queue_name != queue] == []


def test_nothing_that_may_be_long_is_where_somebody_waits() -> None:
    assert {name for name, actor in ACTORS.items() if actor.queue_name == BULK} >= {"rebuild_state", "apply_retention"}
