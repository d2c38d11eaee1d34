"""A client's bulk of readings to samples; a bad value is set aside with its index, the rest goes on. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np

from api.errors import InvalidInput, pointer_step
from api.instants import parse_instant
from glucose.provenance import CLIENT_SOURCES, Source
from glucose.samples import Samples, samples
from patients.units import MG_DL_PER_MMOL_L, UNITS, GlucoseUnit

MAX_READINGS: Final = 10_000
FIELDS: Final = frozenset({"time", "value", "unit", "trend", "source", "cadence_minutes"})
OffsetsOf = Callable[[np.ndarray[Any, np.dtype[np.int64]]], np.ndarray[Any, np.dtype[np.int64]]]


@dataclass(frozen=True, slots=True)
class Upload:
    """The samples of a body, the index in the body of each, and (index, reason) of what is no sample."""

    samples: Samples
    index: list[int]
    rejected: list[tuple[int, str]]


def parse_upload(body: Any, patient_id: UUID, offsets_of: OffsetsOf) -> Upload:
    """``{"readings": [...]}`` as samples of one patient; InvalidInput where the body itself is wrong.

    ``offsets_of`` gives the patient's UTC offsets in minutes for seconds since 1970.
    """
    rows: list[tuple[int, int, int, int, int]] = []
    index: list[int] = []
    rejected: list[tuple[int, str]] = []
    for position, item in enumerate(_items(body)):
        try:
            rows.append(_row(item))
            index.append(position)
        except ValueError as error:
            rejected.append((position, str(error)))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    batch = samples(
        patient_id,
        columns[0],
        columns[1],
        utc_offset_minutes=offsets_of(columns[0]),
        trend=columns[2],
        source=columns[3],
        cadence_minutes=columns[4],
    )
    return Upload(batch, index, rejected)


def _items(body: Any) -> Sequence[Any]:
    if not isinstance(body, dict):
        raise InvalidInput.field("", 'the body is an object like {"readings": [...]}')
    if unknown := sorted(body.keys() - {"readings"}):
        raise InvalidInput.field(pointer_step(unknown[0]), "This field is not known.")
    items = body.get("readings")
    if not isinstance(items, list):
        raise InvalidInput.field("/readings", "is not a list")
    if len(items) > MAX_READINGS:
        raise InvalidInput.field("/readings", f"has {len(items)} entries; send at most {MAX_READINGS} a call")
    for position, item in enumerate(items):
        if isinstance(item, dict) and not item.keys() <= FIELDS:
            unknown_field = min(item.keys() - FIELDS)
            raise InvalidInput.field(f"/readings/{position}{pointer_step(unknown_field)}", "This field is not known.")
    return items


def _row(item: Any) -> tuple[int, int, int, int, int]:
    """(seconds, mg/dL, trend, source, cadence) of one entry; ValueError with the reason."""
    if not isinstance(item, dict):
        raise ValueError("a reading is an object with time and value")
    return (
        _seconds(item.get("time")),
        _mg_dl(item.get("value"), item.get("unit", GlucoseUnit.MG_DL)),
        _small("trend", item.get("trend"), default=0, choices=range(1, 6)),
        _source(item.get("source")),
        _small("cadence_minutes", item.get("cadence_minutes"), default=5, choices=(1, 5, 15)),
    )


def _seconds(time: Any) -> int:
    if not isinstance(time, str):
        raise ValueError("time is missing or is not a text")
    try:
        # To the second: the key of a reading.
        return int(parse_instant(time).timestamp() // 1)
    except ValueError as error:
        raise ValueError(f"time {error}") from None


def _mg_dl(value: Any, unit: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("value is missing or is not a number")
    if unit not in UNITS:
        raise ValueError(f"unit is not one of {', '.join(UNITS)}")
    # Refuses NaN and infinities too, before they could become an integer.
    if not 0 < value < 100_000:
        raise ValueError("the value is outside of 20 to 600 mg/dL")
    return round(value if unit == GlucoseUnit.MG_DL else value * MG_DL_PER_MMOL_L)


def _small(name: str, value: Any, *, default: int, choices: Sequence[int]) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value not in choices:
        raise ValueError(f"{name} is not one of {', '.join(map(str, choices))}")
    return value


def _source(name: Any) -> int:
    if name is None:
        return Source.UPLOAD
    if not isinstance(name, str) or name not in CLIENT_SOURCES:
        raise ValueError(f"source is not one of {', '.join(CLIENT_SOURCES)}")
    return CLIENT_SOURCES[name]
