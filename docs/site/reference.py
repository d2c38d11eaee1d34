"""The reference of the API as pages, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from docs.site.schemas import cell, kind, schema_pages

METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1"
INTRODUCTION = """# The API

Every operation of version {version} of the API, made from [openapi.yaml](../openapi.yaml), the OpenAPI 3.1 document
that the server also answers at `/api/schema/`. `/api/docs/` of a running server is a page that sends requests from the
browser. How the parts fit together is in the [guide](../guide/index.md). All paths begin with `{prefix}`.

A request is made with `Authorization: Bearer …`, an access token or a service key, where its operation does not say
otherwise. Every error is a problem document (RFC 9457); its `type` is a page of the server that says what to do.

{table}

```{{toctree}}
:hidden:

{pages}
schemas
```
"""
Operation = tuple[str, str, dict[str, Any]]


def reference(document: dict[str, Any]) -> dict[str, str]:
    """The text of each page by its name."""
    groups = defaultdict(list)
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                groups[group(path, operations[method])].append((method, path, operations[method]))
    pages = {f"{name}.md": _page(name, found, document) for name, found in sorted(groups.items())}
    rows = ["| | operations |", "|---|---|"]
    rows += [f"| [{name}]({name}.md) | {_links(name, found)} |" for name, found in sorted(groups.items())]
    introduction = INTRODUCTION.format(
        version=document["info"]["version"], prefix=PREFIX, table="\n".join(rows), pages="\n".join(sorted(groups))
    )
    return {"index.md": introduction, **pages, "schemas.md": schema_pages(document["components"]["schemas"])}


def group(path: str, operation: dict[str, Any]) -> str:
    """The page of an operation: its tag, or what it is of a patient."""
    parts = path.removeprefix(PREFIX).strip("/").split("/")
    return parts[2] if parts[0] == "patients" and len(parts) > 2 else str(operation["tags"][0])


def _links(name: str, operations: list[Operation]) -> str:
    return ", ".join(f"[`{operation['operationId']}`]({name}.md#{anchor(operation)})" for _, _, operation in operations)


def anchor(operation: dict[str, Any]) -> str:
    """What an operation is called in an address."""
    return str(operation["operationId"]).replace("_", "-")


def _page(name: str, operations: list[Operation], document: dict[str, Any]) -> str:
    parts = [f"# {name.replace('-', ' ').capitalize()}\n"]
    parts += [_operation(method, path, operation, document) for method, path, operation in operations]
    return "\n".join(parts)


def _operation(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    lines = [
        f"({anchor(operation)})=",
        f"## {method.upper()} {path.removeprefix(PREFIX)}",
        "",
        f"{operation['summary']}." + (f" {cell(operation['description'])}" if "description" in operation else ""),
        "",
        f"Operation `{operation['operationId']}`." + ("" if _is_closed(operation) else " Needs no token."),
        "",
    ]
    lines += _parameters(operation)
    lines += _body(operation)
    lines += _answers(operation, document)
    return "\n".join(lines) + "\n"


def _is_closed(operation: dict[str, Any]) -> bool:
    return bool(operation.get("security")) and {} not in operation["security"]


def _parameters(operation: dict[str, Any]) -> list[str]:
    rows = [
        f"| `{one['name']}` | {one['in']}{', needed' if one.get('required') else ''} | {kind(one['schema'])} "
        f"| {cell(one.get('description', ''))} |"
        for one in operation.get("parameters", [])
    ]
    return ["| parameter | in | type | meaning |", "|---|---|---|---|", *rows, ""] if rows else []


def _body(operation: dict[str, Any]) -> list[str]:
    lines = []
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += [f"Body, `{media_type}`: {kind(content['schema'])}", "", *_example(content)]
    return lines


def _answers(operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    rows, examples = [], []
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            answer = document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        contents = answer.get("content", {})
        kinds = [
            f"`{media_type}`" + (f": {kind(content['schema'])}" if media_type.endswith("json") else "")
            for media_type, content in contents.items()
            if media_type != "application/problem+json"
        ]
        rows.append(f"| {status} | {cell(answer.get('description', ''))} | {', '.join(kinds)} |")
        if status.startswith("2"):
            examples += [line for content in contents.values() for line in _example(content)]
    return ["| status | meaning | body |", "|---|---|---|", *rows, "", *examples]


def _example(content: dict[str, Any]) -> list[str]:
    """The first example, where there is one that is JSON."""
    example = next(iter(content.get("examples", {}).values()), None)
    if example is None or "value" not in example or isinstance(example["value"], str):
        return []
    text = json.dumps(example["value"], indent=2, ensure_ascii=False)
    return [cell(example.get("summary", "")) + ":", "", "```json", text, "```", ""]
