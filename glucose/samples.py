"""A batch of samples as columns: what every source gives and the ingest takes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

NO_SENSOR = UUID(int=0)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Columns of n samples, shape (n,) each, in any order.

    ``patient`` and ``sensor`` are 16-byte UUIDs (dtype V16; all zero for no sensor), ``time`` is whole seconds
    since 1970 (UTC), ``mg_dl`` integer mg/dL, ``trend`` 1 to 5 or 0 for none, ``out_of_range`` -1 for LO, 1 for HI.
    """

    patient: NDArray[np.void]
    time: NDArray[np.int64]
    mg_dl: NDArray[np.int64]
    utc_offset_minutes: NDArray[np.int64]
    cadence_minutes: NDArray[np.int64]
    trend: NDArray[np.int64]
    source: NDArray[np.int64]
    sensor: NDArray[np.void]
    out_of_range: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, chosen: NDArray[Any] | slice) -> Self:
        """The samples that a mask, positions or a slice choose."""
        return type(self)(*(getattr(self, column.name)[chosen] for column in fields(self)))

    @classmethod
    def joined(cls, batches: Sequence[Self]) -> Self:
        """All samples of the batches in one."""
        return cls(*(np.concatenate([getattr(batch, column.name) for batch in batches]) for column in fields(cls)))


def samples(
    patient: UUID,
    time: NDArray[np.int64],
    mg_dl: NDArray[np.int64],
    *,
    utc_offset_minutes: NDArray[np.int64] | int,
    source: NDArray[np.int64] | int,
    cadence_minutes: NDArray[np.int64] | int = 5,
    trend: NDArray[np.int64] | int = 0,
    sensor: UUID | None = None,
    out_of_range: NDArray[np.int64] | int = 0,
) -> Samples:
    """Samples of one patient; a single number stands for all of them."""
    count = len(time)

    def column(value: NDArray[np.int64] | int) -> NDArray[np.int64]:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), (count,))

    return Samples(
        patient=repeated(patient, count),
        time=column(time),
        mg_dl=column(mg_dl),
        utc_offset_minutes=column(utc_offset_minutes),
        cadence_minutes=column(cadence_minutes),
        trend=column(trend),
        source=column(source),
        sensor=repeated(sensor or NO_SENSOR, count),
        out_of_range=column(out_of_range),
    )


def repeated(value: UUID, count: int) -> NDArray[np.void]:
    """The UUID ``count`` times, as 16-byte values."""
    return np.broadcast_to(np.frombuffer(value.bytes, dtype="V16"), (count,))


def uuids(values: NDArray[np.void]) -> list[UUID]:
    """Python's UUIDs of 16-byte values."""
    return [UUID(bytes=value.tobytes()) for value in values]
