"""The schemas of the API as a page, and what a schema is called in a table."""

from __future__ import annotations

import re
from typing import Any

PAGE = "schemas.md"


def schema_pages(schemas: dict[str, Any]) -> str:
    """One page with every schema, its fields and what they mean."""
    parts = ["# Schemas\n\nBodies of requests and answers. A field may be absent only where it is called optional.\n"]
    parts += [_schema(name, schema) for name, schema in sorted(schemas.items())]
    return "\n".join(parts)


def anchor(name: str) -> str:
    """What a schema is called in an address."""
    return f"schema-{name.lower()}"


def kind(schema: dict[str, Any]) -> str:
    """The type of a value in a few words, with links to the schemas that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}]({PAGE}#{anchor(name)})"
    for several, between in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")):
        if several in schema:
            return between.join(dict.fromkeys(kind(one) for one in schema[several]))
    if "enum" in schema:
        return " or ".join(f"`{cell(str(value))}`" for value in schema["enum"] if value is not None)
    if "const" in schema:
        return f"`{schema['const']}`"
    types = schema.get("type", "any")
    return " or ".join(_one_type(one, schema) for one in (types if isinstance(types, list) else [types]))


def cell(text: str) -> str:
    """Text for one cell of a table: a single line, with nothing that Markdown takes for a mark of its own."""
    text = re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = [re.sub(r"([<>\[\]{}*_#])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts).replace("|", r"\|")


def _one_type(name: str, schema: dict[str, Any]) -> str:
    if name == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if name == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'])}"
    return f"{name} ({schema['format']})" if name == "string" and "format" in schema else name


def _schema(name: str, schema: dict[str, Any]) -> str:
    lines = [f"({anchor(name)})=", f"## {name}", ""]
    if "description" in schema and "enum" not in schema:
        lines += [cell(schema["description"]), ""]
    required = schema.get("required", [])
    rows = [
        f"| `{field}`{'' if field in required else ', optional'} | {kind(of)} | {_meaning(of)} |"
        for field, of in schema.get("properties", {}).items()
    ]
    if rows:
        return "\n".join([*lines, "| field | type | meaning |", "|---|---|---|", *rows, ""])
    return "\n".join([*lines, kind(schema), ""])


def _meaning(schema: dict[str, Any]) -> str:
    """The description, but for the lists of choices: these are in the type already."""
    return "" if "enum" in schema else cell(schema.get("description", ""))
