"""docs/openapi.yaml: what the code generates, with every answer told."""

import pytest
from drf_spectacular.validation import validate_schema

from project.problems import ALL, METHOD, THROTTLED
from tests.contract import document
from tests.contract.breaking import breaking

COMMITTED = document.read(document.COMMITTED)
OPERATIONS = document.operations(COMMITTED)
every_operation = pytest.mark.parametrize("name", OPERATIONS)


def test_the_committed_document_is_what_the_code_generates() -> None:
    assert document.COMMITTED.read_bytes() == document.written(), "run `make schema` and read what changed"


def test_it_is_valid_openapi() -> None:
    validate_schema(COMMITTED)  # type: ignore[no-untyped-call]


def test_every_problem_is_in_it_but_those_that_no_operation_answers() -> None:
    text = document.COMMITTED.read_text()

    # A method that an address does not take is no operation; nothing is throttled yet.
    assert {problem for problem in ALL if f"- {problem.type}\n" not in text} <= {METHOD, THROTTLED}


@every_operation
def test_an_operation_says_in_words_what_it_does(name: str) -> None:
    _, _, operation = OPERATIONS[name]

    assert 0 < len(operation["summary"]) <= 90


@every_operation
def test_an_operation_has_no_vague_status(name: str) -> None:
    _, _, operation = OPERATIONS[name]

    assert all(status.isdigit() for status in operation["responses"])
    assert {"400", "406", "413", "500", "503"} <= operation["responses"].keys()


@every_operation
def test_a_problem_has_an_example_of_each_of_its_types(name: str) -> None:
    committed = COMMITTED
    _, _, operation = OPERATIONS[name]
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            content = document.resolved(committed, response)["content"]["application/problem+json"]
            types = content["schema"]["allOf"][1]["properties"]["type"]["enum"]
            examples = [document.resolved(committed, one)["value"] for one in content["examples"].values()]
            assert [one["type"] for one in examples] == types
            assert {one["status"] for one in examples} == {int(status)}


def test_version_1_breaks_no_client_of_the_released_contract() -> None:
    assert breaking(document.read(document.RELEASED), document.generated()) == []


def test_the_real_document_without_one_of_its_fields_is_told() -> None:
    new = document.read(document.RELEASED)
    del new["components"]["schemas"]["Patient"]["properties"]["timezone"]

    told = breaking(document.read(document.RELEASED), new)

    assert "GET /api/v1/patients/: 200.results[].timezone is gone" in told
    assert "POST /api/v1/patients/: 201.timezone is gone" in told
