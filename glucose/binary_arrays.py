"""PostgreSQL's binary arrays from and to NumPy, without a Python object per element.

Format: https://www.postgresql.org/docs/17/protocol-overview.html#PROTOCOL-FORMAT-CODES and ``array_recv``:
dimensions, null flag, element type, length, lower bound (int4 each), then (length, bytes) per element.
Instants are int64 seconds since 1970 here and microseconds since 2000 on the wire.
"""

from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

PG_EPOCH_SECONDS: Final = 946_684_800
_HEADER: Final = np.dtype(">i4")
_INT2: Final = np.dtype([("length", ">i4"), ("value", ">i2")])
_INT4: Final = np.dtype([("length", ">i4"), ("value", ">i4")])
_INT8: Final = np.dtype([("length", ">i4"), ("value", ">i8")])
_UUID: Final = np.dtype([("length", ">i4"), ("value", "V16")])


class Int2Array(bytes):
    """``smallint[]`` ready for the wire."""


class Int4Array(bytes):
    """``integer[]`` ready for the wire."""


class InstantArray(bytes):
    """``timestamptz[]`` ready for the wire."""


class UUIDArray(bytes):
    """``uuid[]`` ready for the wire."""


def int2_array(values: NDArray[Any]) -> Int2Array:
    """``smallint[]`` of whole numbers, shape (n,)."""
    return Int2Array(_encode(values, _INT2, 21))


def int4_array(values: NDArray[Any]) -> Int4Array:
    """``integer[]`` of whole numbers, shape (n,)."""
    return Int4Array(_encode(values, _INT4, 23))


def instant_array(seconds: NDArray[np.int64]) -> InstantArray:
    """``timestamptz[]`` of seconds since 1970, shape (n,)."""
    return InstantArray(_encode((seconds - PG_EPOCH_SECONDS) * 1_000_000, _INT8, 1184))


def uuid_array(values: NDArray[np.void]) -> UUIDArray:
    """``uuid[]`` of 16-byte values (dtype V16), shape (n,)."""
    return UUIDArray(_encode(values, _UUID, 2950))


def int2_values(sent: bytes | None) -> NDArray[np.int16]:
    """Whole numbers of an ``array_send``; empty for NULL."""
    return _decode(sent, _INT2).astype(np.int16)


def int4_values(sent: bytes | None) -> NDArray[np.int64]:
    """Whole numbers of an ``array_send`` of ``integer[]``; empty for NULL."""
    return _decode(sent, _INT4).astype(np.int64)


def int8_values(sent: bytes | None) -> NDArray[np.int64]:
    """Whole numbers of an ``array_send`` of ``bigint[]``; empty for NULL."""
    return _decode(sent, _INT8).astype(np.int64)


def joined_int4_values(sent: bytes | None, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of several ``array_send`` of ``integer[]`` that follow each other, none empty, of so many each."""
    if sent is None:
        return np.empty(0, dtype=np.int64)
    words = np.frombuffer(sent, dtype=_HEADER)
    # Five words before the first number of each array; before each number its length.
    headers = 5 * np.repeat(np.arange(1, len(counts) + 1), counts)
    found: NDArray[np.int64] = words[headers + 2 * np.arange(int(counts.sum())) + 1].astype(np.int64)
    return found


def instant_values(sent: bytes | None) -> NDArray[np.int64]:
    """Seconds since 1970 of an ``array_send``; empty for NULL."""
    return _decode(sent, _INT8).astype(np.int64) // 1_000_000 + PG_EPOCH_SECONDS


def uuid_values(sent: bytes | None) -> NDArray[np.void]:
    """16-byte values (dtype V16) of an ``array_send``; empty for NULL."""
    return np.ascontiguousarray(_decode(sent, _UUID))


def _encode(values: NDArray[Any], element: np.dtype[Any], oid: int) -> bytes:
    if not len(values):
        return np.array([0, 0, oid], dtype=_HEADER).tobytes()
    body = np.empty(len(values), dtype=element)
    body["length"] = element.itemsize - 4
    body["value"] = values
    return np.array([1, 0, oid, len(values), 1], dtype=_HEADER).tobytes() + body.tobytes()


def _decode(sent: bytes | None, element: np.dtype[Any]) -> NDArray[Any]:
    if sent is None or len(sent) <= 12:
        return np.empty(0, dtype=element)["value"]
    return np.frombuffer(sent, dtype=element, offset=20)["value"]


class _Raw(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer:
        return bytes(obj)


class _Int2Dumper(_Raw):
    oid = 1005


class _Int4Dumper(_Raw):
    oid = 1007


class _InstantDumper(_Raw):
    oid = 1185


class _UUIDDumper(_Raw):
    oid = 2951


psycopg.adapters.register_dumper(Int2Array, _Int2Dumper)
psycopg.adapters.register_dumper(Int4Array, _Int4Dumper)
psycopg.adapters.register_dumper(InstantArray, _InstantDumper)
psycopg.adapters.register_dumper(UUIDArray, _UUIDDumper)
