"""Every operation's examples, sent to the API: what the document shows is what is answered.

`make examples` writes the answers anew; read what changed before you commit it.
"""

import json
import math
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from project.answers import EXAMPLES, examples_of
from tests.api.stage import CHANGES, HOST, IDS, set_stage
from tests.contract import document
from tests.contract.validation import errors_of_answer, errors_of_body

OPERATIONS = document.operations(document.read(document.COMMITTED))
RUNS = [(name, position) for name in OPERATIONS for position in range(len(examples_of(name)))]
# What stands in an example for what is new with each run.
NEW_ID = "01957a3c-0000-7000-8000-000000000099"
NEW_TOKEN = "<a token>"
A_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WRITING = "WRITE_EXAMPLES" in os.environ


def steady(answered: Any) -> Any:
    """The answer with what is new with each run replaced by what stands for it."""
    if isinstance(answered, dict):
        return {name: steady(value) for name, value in answered.items()}
    if isinstance(answered, list):
        return [steady(value) for value in answered]
    if isinstance(answered, str) and A_UUID.fullmatch(answered) and answered not in IDS:
        return NEW_ID
    return (
        NEW_TOKEN
        if isinstance(answered, str) and answered.startswith(("eyJ", "saude_", "whsec_", "test:"))
        else answered
    )


def differences(shown: Any, answered: Any, place: str = "$") -> Iterator[str]:
    """Where a steady answer is not what the example shows."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        for name in shown.keys() | answered.keys():
            yield from differences(shown.get(name, ...), answered.get(name, ...), f"{place}.{name}")
    elif isinstance(shown, list) and isinstance(answered, list) and len(shown) == len(answered):
        for position, (one, other) in enumerate(zip(shown, answered, strict=True)):
            yield from differences(one, other, f"{place}[{position}]")
    elif isinstance(shown, float) and isinstance(answered, float):
        if not math.isclose(shown, answered, rel_tol=1e-9, abs_tol=2e-6):
            yield f"{place}: {answered}, shown as {shown}"
    elif shown != answered:
        yield f"{place}: {answered!r}, shown as {shown!r}"


def write(name: str, position: int, answered: Any) -> None:
    """Put the answer into the file of the operation's examples."""
    file = EXAMPLES / f"{name}.json"
    examples = json.loads(file.read_bytes())
    examples[position]["answer"] = answered
    file.write_text(json.dumps(examples, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_an_example_of_each_success(name: str) -> None:
    shown = {str(one["status"]) for one in examples_of(name)}

    assert shown == {status for status in OPERATIONS[name][2]["responses"] if status.startswith("2")}


def test_no_example_is_of_an_operation_that_is_gone() -> None:
    assert {file.stem for file in EXAMPLES.iterdir()} == OPERATIONS.keys()


@pytest.mark.parametrize(("name", "position"), RUNS, ids=[f"{name}-{position}" for name, position in RUNS])
@pytest.mark.django_db
def test_an_example_is_what_the_api_answers(settings: Settings, name: str, position: int) -> None:
    path, method, _ = OPERATIONS[name]
    one = examples_of(name)[position]
    settings.ALLOWED_HOSTS = [HOST]
    stage = set_stage(readings=0) if one.get("stage") == "empty" else set_stage()
    CHANGES.get(one.get("stage", ""), lambda: None)()

    response = stage.send(path, method, one.get("query", {}), one.get("body"))

    assert response.status_code == one["status"], response.getvalue()[:500]
    assert errors_of_answer(name, response) == []
    # A stream and a document are no JSON to show.
    is_json = not response.streaming and "json" in response.headers.get("Content-Type", "")
    answered = steady(response.json()) if is_json and response.content else None
    if WRITING and answered is not None and list(differences(one.get("answer"), answered)):
        write(name, position, answered)
    else:
        assert list(differences(one.get("answer"), answered)) == []


@pytest.mark.parametrize(("name", "position"), RUNS, ids=[f"{name}-{position}" for name, position in RUNS])
def test_the_body_of_an_example_is_one_of_the_schema(name: str, position: int) -> None:
    one = examples_of(name)[position]

    assert ("body" in one) == ("requestBody" in OPERATIONS[name][2])
    if "body" in one:
        assert errors_of_body(name, one["body"]) == []
