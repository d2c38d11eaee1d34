"""Every endpoint, every role, every relation: the table is tests/security/matrix.py. `make security` tries it again."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.api.asserting import NOW
from tests.contract import document
from tests.security import cells, matrix, world
from tests.security.matrix import ENDPOINTS, Endpoint


class Savepoints:
    """The embedded server: each cell is taken back."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(cells.FINGERPRINTS)
            self.statement = " UNION ALL ".join(text for (text,) in cursor.fetchall())

    def fingerprint(self) -> Mapping[str, str]:
        """By table."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement)
            return dict(cursor.fetchall())

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A savepoint, rolled back."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[world.World, Savepoints]]:
    """The world, made once and taken back."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        made = world.make()
        yield made, Savepoints()
        transaction.set_rollback(True)


def test_every_operation_has_an_entry_and_every_entry_an_operation() -> None:
    assert {endpoint.operation for endpoint in ENDPOINTS} == matrix.operations()


def test_every_id_in_a_body_has_an_entry() -> None:
    committed = document.read(document.COMMITTED)
    wanted = {
        (f"{method.upper()} {path.removeprefix('/api/v1/')}", name)
        for path, method, operation in document.operations(committed).values()
        if "requestBody" in operation
        for name in ids_in(document.resolved(committed, body_of(operation)), committed)
    }

    tried = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", endpoint.operation), name) for endpoint in ENDPOINTS for name in endpoint.names
    }
    assert wanted
    assert wanted == tried


def body_of(operation: dict[str, Any]) -> Any:
    (content,) = operation["requestBody"]["content"].values()
    return content["schema"]


def ids_in(schema: dict[str, Any], committed: dict[str, Any]) -> Iterator[str]:
    """The fields of a body, at whatever depth, that hold an id or a list of them."""
    for name, field in schema.get("properties", {}).items():
        inner = document.resolved(committed, field.get("items", field))
        if inner.get("format") == "uuid":
            yield name
        yield from ids_in(inner, committed)


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_who_may(place: tuple[world.World, Savepoints], endpoint: Endpoint) -> None:
    found = list(cells.tried(endpoint, *place))

    assert len(found) >= len(matrix.ACTORS)
    assert [f"{one.attempt.route}: {one.attempt.name}: {one.leak}" for one in found if one.leak] == []
