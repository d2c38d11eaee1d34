"""Batches of readings as CSV, NDJSON and Arrow. Pure."""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import nanoarrow
import numpy as np
import orjson
from nanoarrow.ipc import StreamWriter
from numpy.typing import NDArray

from glucose.provenance import WIRE_NAMES
from patients.units import from_mg_dl

CSV: Final = "text/csv"
NDJSON: Final = "application/x-ndjson"
ARROW: Final = "application/vnd.apache.arrow.stream"
NAMES: Final = ("time", "value", "unit", "trend", "source", "utc_offset_minutes", "excluded", "out_of_range")
ARROW_TYPES: Final = (
    nanoarrow.timestamp("s", timezone="UTC", nullable=False),
    nanoarrow.float64(nullable=False),
    nanoarrow.string(nullable=False),
    nanoarrow.int8(),
    nanoarrow.string(nullable=False),
    nanoarrow.int16(nullable=False),
    nanoarrow.bool_(nullable=False),
    nanoarrow.int8(nullable=False),
)
HIGHEST_MG_DL: Final = 1000


def as_csv(batches: Iterable[Any], unit: str) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a header; no trend is an empty field, and no field needs quotes."""
    values = [str(value) for value in _values_by_mg_dl(unit)]
    head = ",".join(NAMES) + "\r\n"
    for batch in batches:
        lines = [
            f"{time}Z,{values[mg_dl]},{unit},{trend or ''},{WIRE_NAMES[source]},{offset},"
            f"{'true' if excluded else 'false'},{out}\r\n"
            for time, mg_dl, trend, source, offset, excluded, out in _rows(batch)
        ]
        yield (head + "".join(lines)).encode()
        head = ""


def as_ndjson(batches: Iterable[Any], unit: str) -> Iterator[bytes]:
    """One JSON object a line, the same as a row of a page."""
    values = _values_by_mg_dl(unit)
    for batch in batches:
        lines = [
            (f"{time}Z", values[mg_dl], unit, trend or None, WIRE_NAMES[source], offset, bool(excluded), out)
            for time, mg_dl, trend, source, offset, excluded, out in _rows(batch)
        ]
        yield b"".join(
            orjson.dumps(dict(zip(NAMES, line, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for line in lines
        )


def as_arrow(batches: Iterable[Any], unit: str) -> Iterator[bytes]:
    """An Arrow IPC stream, one record batch a batch; whoever misses the end-of-stream mark has not got all."""
    schema = nanoarrow.struct(dict(zip(NAMES, ARROW_TYPES, strict=True)))
    values = np.array(_values_by_mg_dl(unit), dtype=np.float64)
    sink = io.BytesIO()
    writer = StreamWriter.from_writable(sink)
    for batch in batches:
        writer.write_array(_record_batch(batch, schema, values, unit))
        yield _taken(sink)
    writer.close()
    yield _taken(sink)


FORMATS: Final[dict[str, Callable[[Iterable[Any], str], Iterator[bytes]]]] = {
    CSV: as_csv,
    NDJSON: as_ndjson,
    ARROW: as_arrow,
}


def _values_by_mg_dl(unit: str) -> list[float]:
    return [mg_dl if unit == "mg/dL" else round(from_mg_dl(mg_dl, unit), 6) for mg_dl in range(HIGHEST_MG_DL)]


def _rows(batch: Any) -> Iterator[tuple[Any, ...]]:
    columns = (batch.mg_dl, batch.trend, batch.source, batch.utc_offset_minutes, batch.excluded, batch.out_of_range)
    times = np.datetime_as_string(batch.time.astype("datetime64[s]")).tolist()
    return zip(times, *(column.tolist() for column in columns), strict=True)


def _record_batch(batch: Any, schema: Any, values: NDArray[np.float64], unit: str) -> Any:
    count, trend = len(batch.time), batch.trend
    parts = [
        [None, batch.time],
        [None, values[batch.mg_dl]],
        _strings([unit] * count),
        [np.packbits(trend > 0, bitorder="little"), trend.astype(np.int8)],
        _strings([WIRE_NAMES[code] for code in batch.source.tolist()]),
        [None, batch.utc_offset_minutes],
        [None, np.packbits(batch.excluded > 0, bitorder="little")],
        [None, batch.out_of_range.astype(np.int8)],
    ]
    children = [
        nanoarrow.c_array_from_buffers(kind, count, buffers) for kind, buffers in zip(ARROW_TYPES, parts, strict=True)
    ]
    return nanoarrow.c_array_from_buffers(schema, count, [None], children=children)


def _strings(texts: list[str]) -> list[Any]:
    lengths = np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))
    return [None, np.append(np.int32(0), np.cumsum(lengths, dtype=np.int32)), "".join(texts).encode("ascii")]


def _taken(sink: io.BytesIO) -> bytes:
    written = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return written
