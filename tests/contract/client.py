"""The part of client/saude_ia.py that follows from the OpenAPI document: types, methods, iterators and streams."""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contract import document

CLIENT = Path(__file__).resolve().parents[2] / "client" / "saude_ia.py"
BEGIN = "# --- written by `make schema` from docs/openapi.yaml ---\n"
END = "# --- end of what `make schema` writes ---\n"
JSON, FORM = "application/json", "multipart/form-data"
PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
SENT_TEXT = {
    "date-time": "dt.datetime | str",
    "date": "dt.date | str",
    "uuid": "UUID | str",
    "binary": "bytes | IO[bytes]",
}
SHOWN = 110


def written(whole: Any, current: str) -> str:
    """The client's text with the part of this document."""
    before, rest = current.split(BEGIN)
    _, after = rest.split(END)
    sent, answered = _reachable(whole, _bodies(whole)), _reachable(whole, _answers(whole))
    schemas = whole["components"]["schemas"]
    # What only names others comes behind them.
    names = sorted(sent | answered, key=lambda name: ("properties" not in schemas[name], name))
    blocks = [_type(name, schemas[name], sent=name in sent) for name in names]
    methods = [text for name, place in document.operations(whole).items() for text in _methods(whole, name, *place)]
    operations = f'class _Operations(_Connection):\n    """A method for each operation."""\n\n{"".join(methods)}'
    return _formatted("\n\n".join([before + BEGIN, *blocks, operations, END + after]))


def _bodies(whole: Any) -> list[Any]:
    return [body for _, _, operation in document.operations(whole).values() if (body := _body(operation))]


def _answers(whole: Any) -> list[Any]:
    return [schema for name in document.operations(whole) if (schema := _success(whole, name).get(JSON))]


def _body(operation: Any) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    if content and not content.keys() & {JSON, FORM}:
        raise NotImplementedError(f"{operation['operationId']}: teach the client to send {', '.join(content)}")
    return content.get(JSON, content.get(FORM, {})).get("schema")


def _is_form(operation: Any) -> bool:
    return JSON not in operation["requestBody"]["content"]


def _success(whole: Any, name: str) -> dict[str, Any]:
    """The schemas of an operation's successful answers by media type; None where one is empty."""
    _, _, operation = document.operations(whole)[name]
    found: dict[str, Any] = {}
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            contents = document.resolved(whole, response).get("content", {"": {"schema": None}})
            found |= {kind: content["schema"] for kind, content in contents.items()}
    return found


def _reachable(whole: Any, schemas: list[Any]) -> set[str]:
    found: set[str] = set()
    waiting = [name for schema in schemas for name in _named(schema)]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += _named(whole["components"]["schemas"][name])
    return found


def _named(schema: Any) -> list[str]:
    return re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema))


def _type(name: str, schema: Any, *, sent: bool) -> str:
    if "properties" not in schema:
        return f"{name} = {annotation(schema, sent=sent)}"
    required = schema.get("required", [])
    fields = [
        f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}"
        for field, kind in ((field, annotation(one, sent=sent)) for field, one in schema["properties"].items())
    ]
    return f"class {name}(TypedDict):\n{_docstring(schema.get('description', ''), 4)}" + "\n".join(fields)


def annotation(schema: Any, *, sent: bool) -> str:
    """The Python type of a schema's values; what is sent may also be an aware datetime, a date or a UUID."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " | ".join(annotation(one, sent=sent) for one in schema[word])
    if len(schema.get("allOf", [])) == 1:
        return annotation(schema["allOf"][0], sent=sent)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None:
        literal = f"Literal[{', '.join(repr(value) for value in values if value is not None)}]"
        return f"{literal} | None" if None in values else literal
    kinds = schema.get("type", [])
    return " | ".join(_of_type(kind, schema, sent) for kind in ([kinds] if isinstance(kinds, str) else kinds)) or "Any"


def _of_type(kind: str, schema: Any, sent: bool) -> str:
    if kind == "array":
        return f"list[{annotation(schema.get('items', {}), sent=sent)}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {annotation(inner, sent=sent) if isinstance(inner, dict) else 'Any'}]"
    if kind == "string":
        return SENT_TEXT.get(schema.get("format", ""), "str") if sent else "str"
    return PLAIN[kind]


def _methods(whole: Any, name: str, path: str, method: str, operation: Any) -> Iterator[str]:
    success = _success(whole, name)
    stem, query = name.removesuffix("_list"), _parameters(operation, "query")
    others = [kind for kind in success if kind not in ("", JSON)]
    if JSON in success or not others:
        yield _one(name, path, method, operation, success)
    if others:
        yield _as(f"{stem}_as" if JSON in success else name, path, operation, others, chosen=JSON in success)
    if (row := _row_of_page(whole, success.get(JSON))) and "cursor" in query:
        yield _iterator(stem if stem != name else f"each_{name}", path, operation, row)


def _one(name: str, path: str, method: str, operation: Any, success: dict[str, Any]) -> str:
    body = _body(operation)
    kinds = [annotation(success[JSON], sent=False)] if JSON in success else []
    answer = " | ".join([*kinds, "None"] if "" in success else kinds)
    lines = [f'"{method.upper()}"', _path(path)]
    lines += _mapping("query", _parameters(operation, "query")) + _mapping("headers", _parameters(operation, "header"))
    lines += [("form=body" if _is_form(operation) else "body=body")] if body else []
    lines += [] if _signed_in(operation) else ["signed_in=False"]
    call = f"self._json({', '.join(lines)})"
    given = [f"body: {annotation(body, sent=True)}"] if body else []
    head = _head(name, path, operation, given, answer, ["query", "header"])
    told = _docstring(f"{operation['summary']}.\n\n``{method.upper()} {path}``", 8)
    return head + told + (f"        {call}\n\n" if answer == "None" else _returned(call, answer))


def _returned(call: str, answer: str) -> str:
    return f"        answer: {answer} = {call}\n        return answer\n\n"


def _as(name: str, path: str, operation: Any, kinds: list[str], *, chosen: bool) -> str:
    if not chosen and len(kinds) > 1:
        raise NotImplementedError(f"{name}: teach the client which of {', '.join(kinds)} is the usual one")
    given = [f"media_type: {annotation({'enum': kinds}, sent=True)}"] if chosen else []
    lines = [_path(path), "media_type" if chosen else f'"{kinds[0]}"']
    lines += _mapping("query", _parameters(operation, "query")) + _mapping("headers", _parameters(operation, "header"))
    told = _docstring(f"{operation['summary']}.\n\nThe stream of ``GET {path}``", 8)
    head = _head(name, path, operation, given, "Stream", ["query", "header"])
    return f"{head}{told}        return self._stream({', '.join(lines)})\n\n"


def _iterator(name: str, path: str, operation: Any, row: str) -> str:
    query = {key: one for key, one in _parameters(operation, "query").items() if key != "cursor"}
    told = _docstring(f"{operation['summary']}.\n\nThe rows of every page of ``GET {path}``", 8)
    head = _head(name, path, operation, [], f"Iterator[{row}]", ["query"], without="cursor")
    entries = ", ".join(f"{key!r}: {_python(key)}" for key in query)
    return f"{head}{told}        return self._each({_path(path)}, {{{entries}}})\n\n"


def _row_of_page(whole: Any, schema: Any) -> str | None:
    """The type of a page's rows; None where the schema is no page, or one of several."""
    properties = document.resolved(whole, schema or {}).get("properties", {})
    return annotation(properties["results"]["items"], sent=False) if {"next", "results"} <= properties.keys() else None


def _head(
    name: str, path: str, operation: Any, given: list[str], answer: str, places: list[str], without: str = ""
) -> str:
    steps = _parameters(operation, "path")
    first = [f"{_python(key)}: {_sent(steps[key])}" for key in re.findall(r"{(\w+)}", path)]
    named = [
        f"{_python(key)}: {_sent(one)}" + ("" if one.get("required") else " | None = None")
        for place in places
        for key, one in _parameters(operation, place).items()
        if key != without
    ]
    everything = ["self", *first, *given, *(["*", *named] if named else [])]
    return f"    def {name}({', '.join(everything)}) -> {answer}:\n"


def _sent(parameter: Any) -> str:
    return annotation(parameter["schema"], sent=True)


def _parameters(operation: Any, place: str) -> dict[str, Any]:
    return {one["name"]: one for one in operation.get("parameters", []) if one["in"] == place}


def _mapping(argument: str, parameters: dict[str, Any]) -> list[str]:
    entries = [f"{name!r}: {_value(name)}" for name in parameters]
    return [f"{argument}={{{', '.join(entries)}}}"] if entries else []


def _value(name: str) -> str:
    # The same on every try, which is what makes it safe to try again.
    return "idempotency_key or str(uuid4())" if name == "Idempotency-Key" else _python(name)


def _path(path: str) -> str:
    filled = re.sub(r"{(\w+)}", lambda found: f"{{_step({_python(found[1])})}}", path)
    return f'f"{filled}"' if filled != path else f'"{path}"'


def _python(name: str) -> str:
    plain = re.sub(r"\W", "_", name).lower()
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _signed_in(operation: Any) -> bool:
    return any(operation.get("security", []))


def _docstring(text: str, indent: int) -> str:
    if not text:
        return ""
    margin = " " * indent
    paragraphs = text.replace("\\", "\\\\").replace('"""', "'''").split("\n\n")
    shown = "\n\n".join(textwrap.fill(one, SHOWN - indent) for one in paragraphs)
    several = "\n" in shown
    return textwrap.indent(f'"""{shown}' + ("\n" if several else "") + '"""\n', margin) + ("" if indent == 8 else "\n")


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(CLIENT), "-"]
    return subprocess.run(command, input=text, capture_output=True, check=True, text=True).stdout
