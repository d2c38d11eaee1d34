"""What changed between two OpenAPI documents that breaks a client written against the older one. Pure.

The rules are those of oasdiff, as far as our document uses them; docs/adr/0030 says which change is none.
"""

from collections.abc import Iterator
from typing import Any

from tests.contract.breaking_schemas import Schemas, answered, asked, resolve

METHODS = ("get", "post", "put", "patch", "delete")
Node = dict[str, Any]


def breaking(old: Node, new: Node) -> list[str]:
    """One line for each breaking change; empty where every client of the old document is served by the new one."""
    return [
        f"{method.upper()} {path}: {what}"
        for path, methods in old["paths"].items()
        for method in METHODS
        if method in methods
        for what in _operation(Schemas(old, new), methods[method], new["paths"].get(path, {}).get(method))
    ]


def _operation(schemas: Schemas, old: Node, new: Node | None) -> Iterator[str]:
    if new is None:
        yield "the operation is gone"
        return
    if old.get("operationId") != new.get("operationId"):
        yield f"operationId is {new.get('operationId')}, was {old.get('operationId')}"
    if _is_public(old) and not _is_public(new):
        yield "it wants a token now"
    yield from _parameters(schemas, old, new)
    yield from _body(schemas, old.get("requestBody"), new.get("requestBody"))
    yield from _responses(schemas, old["responses"], new["responses"])


def _is_public(operation: Node) -> bool:
    security = operation.get("security", [])
    return not security or {} in security


def _parameters(schemas: Schemas, old: Node, new: Node) -> Iterator[str]:
    before, after = _by_place(schemas.old, old), _by_place(schemas.new, new)
    for place, parameter in after.items():
        if parameter.get("required") and not before.get(place, {}).get("required"):
            yield f"{' '.join(place)} is required now"
    for place, parameter in before.items():
        if place not in after:
            yield f"{' '.join(place)} is gone"
            continue
        yield from asked(schemas, parameter["schema"], after[place]["schema"], " ".join(place))


def _by_place(document: Node, operation: Node) -> dict[tuple[str, str], Node]:
    found = [resolve(document, one) for one in operation.get("parameters", [])]
    return {(one["in"], one["name"]): one for one in found}


def _body(schemas: Schemas, old: Node | None, new: Node | None) -> Iterator[str]:
    if new is None:
        if old is not None:
            yield "it reads no body any more"
        return
    new = resolve(schemas.new, new)
    before = resolve(schemas.old, old) if old is not None else {}
    if new.get("required") and not before.get("required"):
        yield "a body is required now"
    yield from _contents(schemas, before, new, "body", asked)


def _responses(schemas: Schemas, old: Node, new: Node) -> Iterator[str]:
    for status, before in old.items():
        if status not in new:
            yield f"{status} is gone"
            continue
        answers = resolve(schemas.old, before), resolve(schemas.new, new[status])
        yield from _contents(schemas, *answers, status, answered)
        for header in answers[0].get("headers", {}).keys() - answers[1].get("headers", {}).keys():
            yield f"{status}: the header {header} is gone"
    for status in new.keys() - old.keys():
        if status.startswith("2"):
            yield f"{status} is a new way to succeed"


def _contents(schemas: Schemas, old: Node, new: Node, place: str, compare: Any) -> Iterator[str]:
    for kind, content in old.get("content", {}).items():
        if kind not in new.get("content", {}):
            yield f"{place}: {kind} is gone"
            continue
        yield from compare(schemas, content.get("schema", {}), new["content"][kind].get("schema", {}), place)
