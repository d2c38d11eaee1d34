"""What a reading takes in the columnstore, indexes and TOAST included."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

import numpy as np
import psycopg

from bench.copying import copy, encoded
from bench.dataset import CADENCE_SECONDS, NOW, cohort
from bench.history import compress_all, history, table_bytes
from bench.report import Ratio, print_dataset
from bench.timing import spread
from glucose.services.ingest import BATCH

MOST_BYTES: Final = 5


def measure() -> Iterator[Ratio]:
    """Bytes per reading with every chunk compressed, beside those of the row form."""
    data = history()
    print_dataset(f"{data.about}; here all chunks are; received_at is that of a poll a minute, to the microsecond")
    compress_all()
    yield _ratio("as polled live, seconds of jitter", data.readings, data.row_bytes)

    readings, row_bytes = _load_as_imported([patient.id for patient in data.clinic.patients])
    print_dataset(
        f"the same {readings:,} readings on an exact 5-minute grid, received {BATCH:,} at a time, as a file is"
    )
    compress_all()
    yield _ratio("as imported from a file", readings, row_bytes)


def _ratio(how: str, readings: int, row_bytes: int) -> Ratio:
    columns = spread("columnstore", "bytes per reading", [table_bytes() / readings])
    rows = spread("row form", "bytes per reading", [row_bytes / readings])
    return Ratio(
        f"the columnstore, {how} ({rows.median / columns.median:.0f} times smaller than the row form)",
        columns.median,
        ("at most", MOST_BYTES),
        (columns, rows),
        unit="bytes per reading",
    )


def _load_as_imported(patients: list[UUID]) -> tuple[int, int]:
    """Replace the readings; how many there are, and their bytes in row form."""
    live = cohort(patients)
    on_grid = replace(live, time=(live.time + CADENCE_SECONDS // 2) // CADENCE_SECONDS * CADENCE_SECONDS)
    received = NOW.timestamp() + (np.arange(len(live)) // BATCH).astype(np.float64)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("TRUNCATE reading")
        copy(connection, "binary", encoded(on_grid, received, "binary"))
    return len(live), table_bytes()
