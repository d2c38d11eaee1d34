"""A client's bulk of treatments; a bad value is set aside with its index, the rest goes on. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from api.errors import InvalidInput, pointer_step
from api.instants import parse_instant
from glucose.local_time import Ints
from glucose.provenance import CLIENT_SOURCES, Source
from glucose.treatments import UNITS, Treatment, TreatmentKind

MAX_TREATMENTS: Final = 10_000
MAX_NOTE: Final = 1000
FIELDS: Final = frozenset({"time", "kind", "amount", "unit", "duration_minutes", "source", "note"})
OffsetsOf = Callable[[Ints], Ints]


@dataclass(frozen=True, slots=True)
class TreatmentUpload:
    """Of each source its treatments, with the index in the body of each, and (index, reason) of what is none."""

    by_source: dict[Source, tuple[list[Treatment], list[int]]]
    rejected: list[tuple[int, str]]


def parse_treatments(body: Any, offsets_of: OffsetsOf) -> TreatmentUpload:
    """``{"treatments": [...]}`` as treatments of one patient; InvalidInput where the body itself is wrong.

    ``offsets_of`` gives the patient's UTC offsets in minutes for seconds since 1970.
    """
    by_source: dict[Source, tuple[list[Treatment], list[int]]] = {}
    rejected: list[tuple[int, str]] = []
    for position, item in enumerate(_items(body)):
        try:
            source, treatment = _treatment(item, offsets_of)
        except ValueError as error:
            rejected.append((position, str(error)))
        else:
            treatments, index = by_source.setdefault(source, ([], []))
            treatments.append(treatment)
            index.append(position)
    return TreatmentUpload(by_source, rejected)


def _items(body: Any) -> Sequence[Any]:
    if not isinstance(body, dict):
        raise InvalidInput.field("", 'the body is an object like {"treatments": [...]}')
    if unknown := sorted(body.keys() - {"treatments"}):
        raise InvalidInput.field(pointer_step(unknown[0]), "This field is not known.")
    items = body.get("treatments")
    if not isinstance(items, list):
        raise InvalidInput.field("/treatments", "is not a list")
    if len(items) > MAX_TREATMENTS:
        raise InvalidInput.field("/treatments", f"has {len(items)} entries; send at most {MAX_TREATMENTS} a call")
    for position, item in enumerate(items):
        if isinstance(item, dict) and not item.keys() <= FIELDS:
            unknown_field = min(item.keys() - FIELDS)
            raise InvalidInput.field(f"/treatments/{position}{pointer_step(unknown_field)}", "This field is not known.")
    return items


def _treatment(item: Any, offsets_of: OffsetsOf) -> tuple[Source, Treatment]:
    """One entry; ValueError with the reason."""
    if not isinstance(item, dict):
        raise ValueError("a treatment is an object with time, kind and amount")
    kind, time = _kind(item.get("kind")), item.get("time")
    if not isinstance(time, str):
        raise ValueError("time is missing or is not a text")
    try:
        instant = parse_instant(time)
    except ValueError as error:
        raise ValueError(f"time {error}") from None
    (offset,) = offsets_of(np.array([int(instant.timestamp() // 1)], dtype=np.int64)).tolist()
    amount, unit = _amount(item.get("amount")), item.get("unit", UNITS[kind])
    minutes, note = _minutes(item.get("duration_minutes")), _note(item.get("note", ""))
    return _source(item.get("source")), Treatment(instant, offset, kind, amount, unit, minutes, note)


def _kind(name: Any) -> TreatmentKind:
    if not isinstance(name, str) or name not in list(TreatmentKind):
        raise ValueError(f"kind is not one of {', '.join(TreatmentKind)}")
    return TreatmentKind(name)


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("amount is missing or is not a number")
    # As it was written: 0.1 is no sum of powers of two.
    return Decimal(repr(value))


def _minutes(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError("duration_minutes is not a whole number")
    return value


def _note(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_NOTE or "\x00" in value:
        raise ValueError(f"note is not a text of up to {MAX_NOTE} characters")
    return value


def _source(name: Any) -> Source:
    if name is None:
        return Source.UPLOAD
    if not isinstance(name, str) or name not in CLIENT_SOURCES:
        raise ValueError(f"source is not one of {', '.join(CLIENT_SOURCES)}")
    return CLIENT_SOURCES[name]
