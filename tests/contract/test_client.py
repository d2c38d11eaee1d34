"""client/saude_ia.py: what the document says, in Python."""

import inspect
import json
import types
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict
from urllib.parse import unquote

import pytest

from client import saude_ia
from client.saude_ia import SaudeIA
from tests.contract import client, document
from tests.contract.validation import errors_of_body
from tests.scripted import Asked, Reply, scripted

COMMITTED = document.read(document.COMMITTED)
SCHEMAS = COMMITTED["components"]["schemas"]
OPERATIONS = document.operations(COMMITTED)
TYPES = {name: one for name, one in vars(saude_ia).items() if is_typeddict(one)}
ID = "0195b2c1-0000-7000-8000-000000000000"


def test_the_client_is_written_from_the_committed_document() -> None:
    text = client.CLIENT.read_text()

    assert text == client.written(COMMITTED, text), "run `make schema`"


def test_a_change_of_the_document_changes_the_client() -> None:
    changed, text = document.read(document.COMMITTED), client.CLIENT.read_text()
    changed["components"]["schemas"]["Reading"]["properties"]["trend"]["type"] = "integer"

    assert client.written(changed, text) != text


def can_be_none(kind: Any) -> bool:
    kind = get_args(kind)[0] if get_origin(kind) is NotRequired else kind
    return kind is Any or kind is type(None) or type(None) in get_args(kind)


def may_be_null(schema: Any) -> bool:
    if not schema.keys() - {"description", "readOnly"}:
        return True
    return "null" in schema.get("type", []) or any(may_be_null(one) for one in schema.get("oneOf", []))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_type_has_the_fields_of_its_schema(name: str) -> None:
    schema, kind = SCHEMAS[name], TYPES[name]

    assert vars(kind)["__annotations__"].keys() == schema["properties"].keys()
    # Postponed annotations hide NotRequired from __required_keys__.
    hints = get_type_hints(kind, vars(saude_ia), {}, include_extras=True)
    assert {one for one in hints if get_origin(hints[one]) is not NotRequired} == set(schema.get("required", []))
    assert {one for one in hints if can_be_none(hints[one])} == {
        field for field, inner in schema["properties"].items() if may_be_null(inner)
    }


def a_value(schema: Any) -> Any:
    """Something that the schema takes, as Python."""
    if "enum" in schema:
        return schema["enum"][0]
    by_format = {"date-time": "2026-03-01T08:00:00Z", "date": "2026-03-01", "uuid": ID}
    return 7 if schema["type"] == "integer" else by_format.get(schema.get("format"), "some text")


def a_body(operation: Any) -> Any:
    """The document's own example."""
    (content,) = operation["requestBody"]["content"].values()
    return next(iter(content["examples"].values()))["value"]


def sent(body: Any) -> Any:
    """The body as a caller of the client has it: what stands in a document as text is a file's bytes."""
    return {name: value.encode() if name == "file" else value for name, value in body.items()}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_method_sends_every_parameter_of_its_operation_and_no_other(name: str) -> None:
    path, method, operation = OPERATIONS[name]
    told: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for one in operation.get("parameters", []):
        told[one["in"]][one["name"]] = a_value(one["schema"])
    body = a_body(operation) if "requestBody" in operation else None
    given = {key.lower().replace("-", "_"): value for part in told.values() for key, value in part.items()}
    call = getattr(SaudeIA, name)
    accepted = inspect.signature(call).parameters.keys() - {"self"}
    if body is not None:
        given["body"] = sent(body)

    with scripted(lambda _: Reply(200, {})) as server, signed_in(server.url) as api:
        call(api, **given)

    assert accepted == given.keys()
    (asked,) = server.asked
    assert (asked.method, unquote(asked.path)) == (method.upper(), path.format(**told["path"]))
    assert asked.query == {key: [str(value)] for key, value in told["query"].items()}
    assert told["header"].items() <= asked.headers.items()
    assert ("Authorization" in asked.headers) == any(operation.get("security", []))
    if body is not None:
        assert asked.body == body or asked.form == {name: [_shown(value)] for name, value in body.items()}
        assert errors_of_body(name, body) == []


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_method_sends_nothing_that_it_was_not_given(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    given = {one["name"]: ID for one in operation.get("parameters", []) if one["in"] == "path"}
    more: dict[str, Any] = {"body": {}} if "requestBody" in operation else {}

    with scripted(lambda _: Reply(200, {})) as server, signed_in(server.url) as api:
        getattr(api, name)(**given, **more)

    (asked,) = server.asked
    assert asked.query == {}
    documented = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
    assert documented & asked.headers.keys() <= {"Idempotency-Key"}


def test_every_list_can_be_read_to_its_end() -> None:
    def page(asked: Asked) -> Reply:
        more = None if "cursor" in asked.query else f"http://elsewhere.example{asked.path}?cursor=2"
        return Reply(200, {"next": more, "previous": None, "results": [{"n": len(asked.query)}]})

    with scripted(page) as server, signed_in(server.url) as api:
        for rows in (api.patients(), api.tasks(), api.librelinkup_accounts(), api.readings(ID), api.latest_readings()):
            assert len(list(rows)) == 2


def signed_in(url: str) -> SaudeIA:
    return SaudeIA(url, tokens={"access": "a", "refresh": "r"})


class TestAnnotations:
    """The forms that the document has, or will."""

    @pytest.mark.parametrize(
        ("schema", "expected"),
        [
            ({"type": "integer"}, int),
            ({"type": ["number", "null"]}, float | None),
            ({"type": "array", "items": {"type": "string"}}, list[str]),
            ({"enum": ["a", "b", None], "type": ["string", "null"]}, Literal["a", "b"] | None),
            ({"const": 3}, Literal[3]),
            ({"oneOf": [{"$ref": "#/components/schemas/Latest"}, {"type": "null"}]}, saude_ia.Latest | None),
            ({"allOf": [{"$ref": "#/components/schemas/Latest"}]}, saude_ia.Latest),
            ({"type": "object", "additionalProperties": {"type": "integer"}}, dict[str, int]),
            ({"type": "object"}, dict[str, Any]),
            ({"description": "Anything."}, Any),
            ({"type": "string", "format": "date-time"}, str),
        ],
        ids=str,
    )
    def test_of_what_is_answered(self, schema: Any, expected: Any) -> None:
        assert same(eval(client.annotation(schema, sent=False), vars(saude_ia)), expected)  # noqa: S307

    def test_of_what_is_sent(self) -> None:
        assert client.annotation({"type": "string", "format": "date-time"}, sent=True) == "dt.datetime | str"
        assert client.annotation({"type": "string", "format": "date"}, sent=True) == "dt.date | str"


def same(one: Any, other: Any) -> bool:
    """The same type; a union in any of its two forms."""
    unions = (types.UnionType, Union)
    if get_origin(one) in unions and get_origin(other) in unions:
        return set(get_args(one)) == set(get_args(other))
    return bool(one == other)


def test_a_body_that_is_neither_json_nor_a_form_is_told_to_whoever_adds_it() -> None:
    changed = document.read(document.COMMITTED)
    body = changed["paths"]["/api/v1/auth/token/"]["post"]["requestBody"]
    body["content"] = {"text/csv": body["content"]["application/json"]}

    with pytest.raises(NotImplementedError, match=r"auth_token: .*text/csv"):
        client.written(changed, client.CLIENT.read_text())


def test_an_answer_of_two_kinds_without_json_is_told_to_whoever_adds_it() -> None:
    changed = document.read(document.COMMITTED)
    answer = changed["paths"]["/api/v1/readings/stream/"]["get"]["responses"]["200"]
    answer["content"] = {"text/event-stream": {"schema": {}}, "text/csv": {"schema": {}}}

    with pytest.raises(NotImplementedError, match=r"readings_stream: .*text/csv"):
        client.written(changed, client.CLIENT.read_text())
