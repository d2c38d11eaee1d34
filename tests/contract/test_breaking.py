"""What breaks a client is told, and what does not is not: each rule by the smallest change."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.breaking import breaking

Change = Callable[[Any], Any]


def released() -> Any:
    """A small document with a parameter, a body, an answer and a schema that holds itself."""
    thing: Any = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 100},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "size": {"type": "number"},
            "born": {"type": "string", "format": "date"},
            "inside": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        },
    }
    told = copy.deepcopy(thing)
    del told["properties"]["inside"]
    page = {"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]}
    create = {
        "operationId": "create",
        "security": [{}],
        "parameters": [
            {"in": "query", "name": "unit", "schema": {"type": "string", "enum": ["x", "y"]}},
            {"in": "header", "name": "If-Match", "schema": {"type": "string"}},
        ],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
        "responses": {
            "200": {
                "headers": {"ETag": {}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
            },
            "204": {"content": {"application/json": {"schema": page}, "text/csv": {}}},
            "409": {"$ref": "#/components/responses/conflict"},
        },
    }
    return {
        "paths": {"/things/": {"post": create, "get": {"operationId": "list", "responses": {"200": {}}}}},
        "components": {
            "schemas": {"Thing": thing, "Answer": {"allOf": [told, {"required": ["size"]}]}},
            "responses": {"conflict": {"content": {"application/problem+json": {}}}},
        },
    }


def post(new: Any) -> Any:
    return new["paths"]["/things/"]["post"]


def asked(new: Any) -> Any:
    return new["components"]["schemas"]["Thing"]


def answered(new: Any) -> Any:
    return new["components"]["schemas"]["Answer"]["allOf"][0]


def answers(new: Any) -> Any:
    return post(new)["responses"]


BREAKING: dict[str, tuple[Change, str]] = {
    "a path": (lambda new: new["paths"].clear(), "the operation is gone"),
    "an operation": (lambda new: new["paths"]["/things/"].pop("get"), "GET /things/: the operation is gone"),
    "the name of an operation": (lambda new: post(new).update(operationId="make"), "operationId is make, was create"),
    "a token": (lambda new: post(new).update(security=[{"bearer": []}]), "it wants a token now"),
    "a status": (lambda new: answers(new).pop("204"), "204 is gone"),
    "a status of a problem": (lambda new: answers(new).pop("409"), "409 is gone"),
    "a new success": (lambda new: answers(new).update({"202": {}}), "202 is a new way to succeed"),
    "a header": (lambda new: answers(new)["200"].pop("headers"), "200: the header ETag is gone"),
    "a content type": (lambda new: answers(new)["204"]["content"].pop("text/csv"), "204: text/csv is gone"),
    "a field": (lambda new: answered(new)["properties"].pop("kind"), "200.kind is gone"),
    "a field that may be absent": (lambda new: answered(new)["required"].remove("name"), "200.name may be absent now"),
    "a field that may be null": (
        lambda new: answered(new)["properties"]["name"].update(type=["string", "null"]),
        "200.name: its type is null or string, was string",
    ),
    "a type": (
        lambda new: answered(new)["properties"]["size"].update(type="string"),
        "200.size: its type is string, was integer or number",
    ),
    "a format": (
        lambda new: answered(new)["properties"]["born"].update(format="date-time"),
        "200.born: its format is date-time, was date",
    ),
    "one more alternative": (
        lambda new: answers(new)["204"]["content"]["application/json"]["schema"]["oneOf"].append({}),
        "204: it has 3 alternatives, had 2",
    ),
    "a parameter": (lambda new: post(new)["parameters"].pop(0), "query unit is gone"),
    "a parameter that is required now": (
        lambda new: post(new)["parameters"][1].update(required=True),
        "header If-Match is required now",
    ),
    "a new required parameter": (
        lambda new: post(new)["parameters"].append({"in": "query", "name": "z", "required": True, "schema": {}}),
        "query z is required now",
    ),
    "a value of a parameter": (
        lambda new: post(new)["parameters"][0]["schema"]["enum"].remove("y"),
        "query unit: the value 'y' is gone",
    ),
    "values that are listed now": (
        lambda new: post(new)["parameters"][1]["schema"].update(enum=["*"]),
        "header If-Match: it takes listed values only",
    ),
    "a body": (lambda new: post(new).pop("requestBody"), "it reads no body any more"),
    "a body that is required now": (
        lambda new: post(new)["requestBody"].update(required=True),
        "a body is required now",
    ),
    "a field of a strict body": (lambda new: asked(new)["properties"].pop("size"), "body.size is gone"),
    "a required field": (lambda new: asked(new)["required"].append("kind"), "body.kind is required now"),
    "a value of a body": (
        lambda new: asked(new)["properties"]["kind"]["enum"].remove("a"),
        "body.kind: the value 'a' is gone",
    ),
    "a narrower type": (
        lambda new: asked(new)["properties"]["size"].update(type="integer"),
        "body.size: its type is integer, was integer or number",
    ),
    "a format that is asked now": (
        lambda new: asked(new)["properties"]["name"].update(format="email"),
        "body.name: its format is email, was None",
    ),
    "a lower bound": (
        lambda new: asked(new)["properties"]["name"].update(maxLength=99),
        "body.name: maxLength is 99, was 100",
    ),
    "a new bound": (
        lambda new: asked(new)["properties"]["size"].update(minimum=0),
        "body.size: minimum is 0, was None",
    ),
    "a pattern": (
        lambda new: asked(new)["properties"]["name"].update(pattern="^a"),
        "body.name: pattern is ^a, was None",
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda new: None,
    "a new path": lambda new: new["paths"].update({"/more/": new["paths"]["/things/"]}),
    "a new problem": lambda new: answers(new).update({"412": {}}),
    "a new optional parameter": lambda new: post(new)["parameters"].append({"in": "query", "name": "z", "schema": {}}),
    "a new optional field of the body": lambda new: asked(new)["properties"].update(more={"type": "string"}),
    "a new field of the answer": lambda new: answered(new)["properties"].update(more={"type": "string"}),
    "a new value of a parameter": lambda new: post(new)["parameters"][0]["schema"]["enum"].append("z"),
    "a new value in an answer": lambda new: answered(new)["properties"]["kind"]["enum"].append("c"),
    "a field that is always there now": lambda new: answered(new)["required"].append("kind"),
    "a field that need not be sent": lambda new: asked(new)["required"].clear(),
    "a narrower number in the answer": lambda new: answered(new)["properties"]["size"].update(type="integer"),
    "a wider bound": lambda new: asked(new)["properties"]["name"].update(maxLength=200),
    "no bound": lambda new: asked(new)["properties"]["name"].pop("maxLength"),
    "a format that is told now": lambda new: answered(new)["properties"]["name"].update(format="email"),
    "words": lambda new: post(new).update(summary="x", description="y", tags=["z"]),
    "a token that is not wanted": lambda new: new["paths"]["/things/"]["get"].update(security=[]),
}


@pytest.mark.parametrize(("change", "told"), BREAKING.values(), ids=BREAKING.keys())
def test_what_breaks_a_client_is_told(change: Change, told: str) -> None:
    new = released()
    change(new)

    found = breaking(released(), new)

    assert any(line.endswith(told) for line in found), found


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_breaks_nobody_is_not_told(change: Change) -> None:
    new = released()
    change(new)

    # Here bodies and answers share no schema, except the answer 204.
    assert [line for line in breaking(released(), new) if " 204" not in line] == []


def test_a_schema_under_another_name_is_the_same() -> None:
    new = released()
    new["components"]["schemas"]["Item"] = new["components"]["schemas"]["Thing"]
    post(new)["requestBody"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Item"

    assert breaking(released(), new) == []
