"""What breaks a client when a schema changes, in what it asks and in what it is answered. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]
ANYTHING = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
# A bound that a client's value must keep, and whether a larger number is stricter.
BOUNDS = {
    "minLength": True,
    "minItems": True,
    "minimum": True,
    "exclusiveMinimum": True,
    "maxLength": False,
    "maxItems": False,
    "maximum": False,
    "exclusiveMaximum": False,
}
CHOICES = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Schemas:
    """The two documents, and which pairs of references are being compared, since a schema may hold itself."""

    old: Node
    new: Node
    open: set[tuple[str, str]] = field(default_factory=set)


def resolve(document: Node, node: Node) -> Node:
    """The node, or what it refers to."""
    while "$ref" in node:
        reference = node["$ref"]
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    return node


def asked(schemas: Schemas, old: Node, new: Node, place: str) -> Iterator[str]:
    """What was accepted and may be refused now. Bodies are strict: a field that is gone is refused."""
    yield from _compared(schemas, old, new, place, asking=True)


def answered(schemas: Schemas, old: Node, new: Node, place: str) -> Iterator[str]:
    """What was promised and may be missing or of another kind now. A new field or a new enum value is not told."""
    yield from _compared(schemas, old, new, place, asking=False)


def _compared(schemas: Schemas, old: Node, new: Node, place: str, *, asking: bool) -> Iterator[str]:
    pair = (old.get("$ref", ""), new.get("$ref", ""))
    if all(pair):
        if pair in schemas.open:
            return
        schemas.open.add(pair)
    before, after = _flat(schemas.old, old), _flat(schemas.new, new)
    yield from _kinds(before, after, place, asking=asking)
    if asking:
        yield from _values(before, after, place)
        yield from _bounds(before, after, place)
    yield from _fields(schemas, before, after, place, asking=asking)
    yield from _choices(schemas, before, after, place, asking=asking)
    for name, step in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(before.get(name), dict) and isinstance(after.get(name), dict):
            yield from _compared(schemas, before[name], after[name], place + step, asking=asking)
    schemas.open.discard(pair)


def _flat(document: Node, node: Node) -> Node:
    """The schema with its reference resolved and the parts of ``allOf`` laid over each other."""
    node = resolve(document, node)
    found = {name: value for name, value in node.items() if name != "allOf"}
    for part in node.get("allOf", []):
        inner = _flat(document, part)
        properties = inner.get("properties", {}) | found.get("properties", {})
        required = [*inner.get("required", []), *found.get("required", [])]
        found = inner | found
        found |= {"properties": properties} if properties else {}
        found |= {"required": required} if required else {}
    return found


def _types(node: Node) -> frozenset[str]:
    """The types that the schema allows; a number allows integers."""
    given = node.get("type", ANYTHING)
    found = {given} if isinstance(given, str) else set(given)
    return frozenset(found | ({"integer"} if "number" in found else set()))


def _kinds(old: Node, new: Node, place: str, *, asking: bool) -> Iterator[str]:
    wider, narrower = (_types(new), _types(old)) if asking else (_types(old), _types(new))
    if not narrower <= wider:
        yield f"{place}: its type is {_named(new)}, was {_named(old)}"
    before, after = old.get("format"), new.get("format")
    if before != after and not (asking and after is None) and not (not asking and before is None):
        yield f"{place}: its format is {after}, was {before}"


def _named(node: Node) -> str:
    types = _types(node)
    return "anything" if types == ANYTHING else " or ".join(sorted(types))


def _values(old: Node, new: Node, place: str) -> Iterator[str]:
    before, after = (_allowed(node) for node in (old, new))
    if after is None:
        return
    if before is None:
        yield f"{place}: it takes listed values only"
        return
    for value in before:
        if value not in after:
            yield f"{place}: the value {value!r} is gone"


def _allowed(node: Node) -> list[Any] | None:
    return [node["const"]] if "const" in node else node.get("enum")


def _bounds(old: Node, new: Node, place: str) -> Iterator[str]:
    for name, larger_is_stricter in BOUNDS.items():
        before, after = old.get(name), new.get(name)
        if after is not None and (before is None or ((after > before) == larger_is_stricter and after != before)):
            yield f"{place}: {name} is {after}, was {before}"
    for name in ("pattern", "multipleOf"):
        if name in new and new[name] != old.get(name):
            yield f"{place}: {name} is {new[name]}, was {old.get(name)}"


def _fields(schemas: Schemas, old: Node, new: Node, place: str, *, asking: bool) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, inner in before.items():
        if name not in after:
            yield f"{place}.{name} is gone"
            continue
        yield from _compared(schemas, inner, after[name], f"{place}.{name}", asking=asking)
    was, now = set(old.get("required", [])), set(new.get("required", []))
    if asking:
        yield from (f"{place}.{name} is required now" for name in sorted(now - was))
    else:
        yield from (f"{place}.{name} may be absent now" for name in sorted((was - now) & after.keys()))


def _choices(schemas: Schemas, old: Node, new: Node, place: str, *, asking: bool) -> Iterator[str]:
    """Alternatives by their order: one less to ask, or one more to be answered, breaks."""
    before, after = _alternatives(old), _alternatives(new)
    if (asking and len(after) < len(before)) or (not asking and len(after) > len(before) > 0):
        yield f"{place}: it has {len(after)} alternatives, had {len(before)}"
    for position, (one, other) in enumerate(zip(before, after, strict=False)):
        yield from _compared(schemas, one, other, f"{place}({position + 1})", asking=asking)


def _alternatives(node: Node) -> list[Node]:
    return next((node[name] for name in CHOICES if name in node), [])
