"""What a reading takes in the columnstore, indexes and TOAST included."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.copying import copy, encoded
from bench.dataset import DELAY_SECONDS, about, cohort, delay_minutes
from bench.people import clinic
from bench.report import Ratio, print_dataset
from bench.timing import spread
from glucose.samples import Samples
from glucose.services.ingest import BATCH

MOST_BYTES: Final = 5
PATIENTS: Final = 200
DAYS: Final = 28
LENGTHS: Final = f"{DAYS} days each"
# A chunk of 7 days ends as a Wednesday does (UTC): these are four whole ones.
END: Final = datetime(2026, 2, 26, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of some readings in row form and in the columnstore, and in how many chunks they are."""

    rows: int
    columns: int
    chunks: int


def measure() -> Iterator[Ratio]:
    """Bytes per reading with every chunk compressed, beside those of the row form."""
    patients = [patient.id for patient in clinic("storage", PATIENTS).patients]
    live, grid = cohort(patients, DAYS, END), cohort(patients, DAYS, END, on_grid=True)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        low, high = DELAY_SECONDS
        print_dataset(
            f"{PATIENTS} patients, {len(live):,} readings ({about(LENGTHS, END)}); each was received"
            f" {low} to {high} s after its time, evenly spread"
        )
        yield _ratio("as polled live", _stored(connection, live, delay_minutes(live)), len(live))
        print_dataset(f"{len(grid):,} on an exact 5-minute grid instead, received {BATCH:,} a second, as a file is")
        imported = _stored(connection, grid, _delays_of_a_file(grid))
        yield _ratio("as imported from a file", imported, len(grid))
        chunk = _stored(connection, grid[:1], _delays_of_a_file(grid[:1]))
    _print_fixed(chunk.columns, imported.chunks, len(grid))


def _delays_of_a_file(samples: Samples) -> NDArray[np.int64]:
    received = int(END.timestamp()) + np.arange(len(samples)) // BATCH
    return -((samples.time - received) // 60)


def _stored(connection: psycopg.Connection[Any], samples: Samples, delays: NDArray[np.int64]) -> Stored:
    """Store these readings and no others."""
    connection.execute("TRUNCATE reading")
    copy(connection, "binary", encoded(samples, delays, "binary"))
    rows = _table_bytes(connection)
    compressed = connection.execute("SELECT compress_chunk(chunk) FROM show_chunks('reading') AS chunk").fetchall()
    return Stored(rows, _table_bytes(connection), len(compressed))


def _table_bytes(connection: psycopg.Connection[Any]) -> int:
    """Everything that the readings take on disk: rows, columnstore, indexes, TOAST."""
    (size,) = connection.execute("SELECT hypertable_size('reading')").fetchone() or (0,)
    return int(size)


def _ratio(how: str, stored: Stored, readings: int) -> Ratio:
    columns = spread("columnstore", "bytes per reading", [stored.columns / readings])
    rows = spread("row form", "bytes per reading", [stored.rows / readings])
    return Ratio(
        f"the columnstore, {how} ({rows.median / columns.median:.0f} times smaller than the row form)",
        columns.median,
        ("at most", MOST_BYTES),
        (columns, rows),
        unit="bytes per reading",
    )


def _print_fixed(chunk_bytes: int, chunks: int, readings: int) -> None:
    """What does not grow with the readings."""
    print(
        f"\nfixed: a chunk of one reading takes {chunk_bytes:,} bytes; {chunks} of them are"
        f" {chunks * chunk_bytes / readings:.2f} bytes per reading here",
        flush=True,
    )
