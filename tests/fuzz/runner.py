"""Sends the cases, each in a transaction that is taken back, and checks every answer against the document."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import hypothesis
import schemathesis
import time_machine
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from tests.api.asserting import NOW
from tests.contract import document
from tests.fuzz.cases import requests
from tests.fuzz.scene import NOBODY, ROLES, Scene, set_scene
from tests.fuzz.twists import Twist
from tests.fuzz.wire import Wire

# So many cases of an operation and a role are made from one seed; a run is as many such rounds as it needs.
ROUND: Final = 10
CHECKS: Final = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
SETTINGS: Final = hypothesis.settings(
    max_examples=ROUND,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Outcome:
    """What was sent and what came of it."""

    checked: int = 0
    failed: int = 0
    statuses: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many cases of which seed; an operation and a role narrow it."""

    cases: int
    seed: int = 0
    operation: str = ""
    role: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Operations and who asks: where no token is wanted, nobody sends one."""
        found = document.operations(document.generated())
        return [
            (name, role)
            for name, (_, _, operation) in found.items()
            for role in (ROLES if {} not in operation["security"] else [NOBODY])
            if self.operation in ("", name) and self.role in ("", role)
        ]


def run(plan: Plan, application: Any, *, tell: Callable[[Outcome], None] = lambda outcome: None) -> Outcome:
    """Every case of the plan; ``tell`` is called with the outcome after each operation and role."""
    outcome = Outcome()
    schema = _schema()
    operations = {
        one.definition.raw["operationId"]: one for one in (found.ok() for found in schema.get_all_operations())
    }
    with time_machine.travel(NOW, tick=False):
        number = 0
        while outcome.checked < plan.cases:
            with _taken_back():
                scene = set_scene()
                with _connection_kept():
                    for name, role in plan.pairs():
                        if outcome.checked >= plan.cases:
                            break
                        _run_pair(plan, operations[name], role, number, scene, application, outcome)
                        tell(outcome)
            number += 1
    return outcome


def _schema() -> Any:
    """The document as Schemathesis reads it: the tokens are ours, so it is told of none."""
    whole = document.read(document.COMMITTED)
    for _, _, operation in document.operations(whole).values():
        del operation["security"]
    del whole["components"]["securitySchemes"]
    return schemathesis.openapi.from_dict(whole, config=schemathesis.Config())


def _run_pair(
    plan: Plan, operation: Any, role: str, number: int, scene: Scene, application: Any, outcome: Outcome
) -> None:
    """One round of an operation and a role: the same cases whenever its seed is the same."""
    name = operation.definition.raw["operationId"]
    seed = f"{plan.seed}:{number}:{name}:{role}"
    wire = Wire(application)
    token = {} if role == NOBODY else {"Authorization": scene.tokens[role]}

    @hypothesis.seed(int.from_bytes(sha256(seed.encode()).digest()[:8], "big"))
    @SETTINGS
    @given(requests(operation, role, scene))
    def check(request: tuple[Case[Any], Twist]) -> None:
        if outcome.checked >= plan.cases:
            return
        case, wire.twist = request
        wire.place = next(iter(case.path_parameters.values()), "") if case.path_parameters else ""
        outcome.checked += 1
        status, told = _checked(case, wire, {"Accept-Encoding": "identity", **token})
        outcome.statuses.setdefault((name, role), Counter())[status] += 1
        if told:
            outcome.failed += 1
            key = f"{name} as {role}: {told[0]}"
            text = "\n  ".join([key, *told[1:], f"seed {plan.seed}, round {number}", wire.curl()])
            outcome.failures.setdefault(key, text)

    check()


def _checked(case: Case[Any], wire: Wire, headers: dict[str, str]) -> tuple[int, list[str]]:
    """The status, 0 where there is no answer, and what is wrong with it."""
    raised: list[str] = []

    def note(**signal: Any) -> None:
        raised.append(repr(sys.exc_info()[1]))

    got_request_exception.connect(note)
    try:
        with _taken_back():
            response = case.call(app=wire, headers=headers)
        # What a twist replaced may have been what was wrong with the case.
        lenient = wire.twist or _set_aside(response)
        case.validate_response(response, checks=CHECKS[:-1] if lenient else CHECKS, headers=headers)
    except FailureGroup as failures:
        told = [f"{type(one).__name__} {one.title}: {one.message[:400]}" for one in failures.exceptions]
        return response.status_code, [f"{response.status_code} {told[0]}", *told[1:], *raised]
    except Exception as error:
        return 0, [f"no answer: {error!r}", *raised]
    finally:
        got_request_exception.disconnect(note)
    return response.status_code, []


def _set_aside(response: Any) -> bool:
    """Whether it is a receipt that names what was wrong: single bad readings are rejected, not the whole body."""
    return response.status_code == 200 and b'"rejected":[{' in response.content


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _connection_kept() -> Iterator[None]:
    """As Django's own test client does: a request's begin and end would close a connection that is in a transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
