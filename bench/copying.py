"""COPY of samples into the hypertable: the reference of the ingest, and the way to load a history fast."""

import struct
from datetime import UTC, datetime
from typing import Any, Final, Literal

import numpy as np
import psycopg
from numpy.typing import NDArray

from glucose.binary_arrays import PG_EPOCH_SECONDS
from glucose.samples import Samples, uuids

Format = Literal["text", "binary"]
COLUMNS: Final = (
    "patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source, sensor_id, out_of_range,"
    " received_after_minutes"
)
_SIZES: Final = {"uuid": (16, "V16"), "instant": (8, ">i8"), "small": (2, ">i2"), "integer": (4, ">i4")}
_KINDS: Final = ("uuid", "instant", *["small"] * 5, "uuid", "small", "integer")


def copy(connection: psycopg.Connection[Any], form: Format, data: bytes) -> None:
    """COPY what was encoded before, in one transaction."""
    options = " WITH (FORMAT binary)" if form == "binary" else ""
    statement = f"COPY reading ({COLUMNS}) FROM STDIN{options}"
    with connection.transaction(), connection.cursor().copy(statement.encode()) as writer:
        view = memoryview(data)
        for start in range(0, len(data), 1 << 18):
            writer.write(view[start : start + (1 << 18)])


def encoded(samples: Samples, delays: NDArray[np.int64], form: Format) -> bytes:
    """What COPY takes; every sample has a trend and a sensor. Delays are in minutes."""
    return _binary(samples, delays) if form == "binary" else _text(samples, delays)


def tuples(samples: Samples, delays: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    """The samples as Python's objects, in the order of COLUMNS."""
    small = [
        getattr(samples, name).tolist()
        for name in ("mg_dl", "utc_offset_minutes", "cadence_minutes", "trend", "source")
    ]
    columns = (
        uuids(samples.patient),
        [datetime.fromtimestamp(at, UTC) for at in samples.time.tolist()],
        *small,
        uuids(samples.sensor),
        samples.out_of_range.tolist(),
        delays.tolist(),
    )
    return list(zip(*columns, strict=True))


def _text(samples: Samples, delays: NDArray[np.int64]) -> bytes:
    return "".join("\t".join(map(str, row)) + "\n" for row in tuples(samples, delays)).encode()


def _binary(samples: Samples, delays: NDArray[np.int64]) -> bytes:
    """PostgreSQL's binary COPY: a count of fields, then (length, bytes) of each, row by row."""
    fields = [("fields", ">i2")]
    for index, kind in enumerate(_KINDS):
        fields += [(f"length{index}", ">i4"), (f"value{index}", _SIZES[kind][1])]
    body = np.empty(len(samples), dtype=fields)
    body["fields"] = len(_KINDS)
    values = (
        samples.patient,
        (samples.time - PG_EPOCH_SECONDS) * 1_000_000,
        samples.mg_dl,
        samples.utc_offset_minutes,
        samples.cadence_minutes,
        samples.trend,
        samples.source,
        samples.sensor,
        samples.out_of_range,
        delays,
    )
    for index, (kind, value) in enumerate(zip(_KINDS, values, strict=True)):
        body[f"length{index}"], body[f"value{index}"] = _SIZES[kind][0], value
    return b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0) + body.tobytes() + struct.pack(">h", -1)
