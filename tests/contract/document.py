"""The OpenAPI document: as the code generates it, as it is committed, and as it was released."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMITTED = DOCS / "openapi.yaml"
RELEASED = DOCS / "openapi-released.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def generated() -> Any:
    """What `/api/schema/` answers."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def written() -> bytes:
    """The same as YAML."""
    return bytes(OpenApiYamlRenderer().render(generated(), None, {}))  # type: ignore[no-untyped-call]


def read(file: Path) -> Any:
    """A document from its file."""
    return yaml.load(file.read_bytes(), yaml.CSafeLoader)


def operations(document: Any) -> dict[str, tuple[str, str, Any]]:
    """Path, method and operation, by the operation's id."""
    return {
        operation["operationId"]: (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def resolved(document: Any, node: Any) -> Any:
    """The node, or what it refers to."""
    while "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
