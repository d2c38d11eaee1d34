"""How fast the ingest stores readings, against COPY and against single INSERTs into the same hypertable."""

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from bench.copying import COLUMNS, Format, copy, encoded, tuples
from bench.dataset import NOW, about, cohort
from bench.people import clinic
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, seconds_of, spread
from glucose.samples import Samples
from glucose.services.ingest import BATCH, store

PATIENTS: Final = 4
ROUNDS: Final = 5
SINGLY: Final = 2 * BATCH
INSERT: Final = f"INSERT INTO reading ({COLUMNS}) VALUES ({', '.join(['%s'] * 10)}) ON CONFLICT DO NOTHING"  # noqa: S608
AGAINST_COPY: Final = 0.25
AGAINST_INSERTS: Final = 5


def measure() -> Iterator[Ratio]:
    """New readings and all duplicates, each against both references."""
    samples = cohort([patient.id for patient in clinic("ingest", PATIENTS).patients])
    print_dataset(
        f"{PATIENTS} patients, {len(samples):,} readings in batches of {BATCH:,} ({about()}); executemany gets"
        f" the first {SINGLY:,}; the chunks exist, empty, and are in row form"
    )
    received = np.full(len(samples), NOW.timestamp())
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        _store(samples)
        form, data = _faster_copy(other, samples, received)
        rows = tuples(samples[:SINGLY], received[:SINGLY])
        acts = (lambda: _store(samples), lambda: copy(other, form, data), lambda: _insert(other, rows))
        sizes = (len(samples), len(samples), len(rows))
        new = _rates(sizes, *(_into_empty(act) for act in acts))
        known = _rates((sizes[0], sizes[2]), partial(seconds_of, acts[0]), partial(seconds_of, acts[2]))
        _empty()
    yield from _ratios(form, new, known)


def _ratios(form: Format, new: list[list[float]], known: list[list[float]]) -> Iterator[Ratio]:
    stored, copied, inserted = (
        spread(name, "rows/s", values)
        for name, values in zip(("store", f"COPY ({form})", "executemany of INSERT"), new, strict=True)
    )
    again = spread("store, all duplicates", "rows/s", known[0])
    inserted_again = spread("executemany, all duplicates", "rows/s", known[1])
    for name, mine, reference, least in (
        ("new readings: store against COPY", stored, copied, AGAINST_COPY),
        (
            "new readings: store against executemany of INSERT … ON CONFLICT DO NOTHING",
            stored,
            inserted,
            AGAINST_INSERTS,
        ),
        ("all duplicates: store against COPY of new readings", again, copied, AGAINST_COPY),
        (
            "all duplicates: store against executemany of the same INSERT",
            again,
            inserted_again,
            AGAINST_INSERTS,
        ),
    ):
        yield Ratio(name, mine.median / reference.median, ("at least", least), (mine, reference))


def _rates(sizes: tuple[int, ...], *runs: Callable[[], float]) -> list[list[float]]:
    seconds = interleaved(*runs, rounds=ROUNDS, warm_up=1)
    return [[size / value for value in values] for size, values in zip(sizes, seconds, strict=True)]


def _faster_copy(
    other: psycopg.Connection[Any], samples: Samples, received: NDArray[np.float64]
) -> tuple[Format, bytes]:
    """The faster form of COPY, encoded beforehand: the server's limit, not that of Python."""
    text, binary = encoded(samples, received, "text"), encoded(samples, received, "binary")
    text_seconds, binary_seconds = interleaved(
        _into_empty(lambda: copy(other, "text", text)),
        _into_empty(lambda: copy(other, "binary", binary)),
        rounds=2,
        warm_up=1,
    )
    return ("text", text) if min(text_seconds) < min(binary_seconds) else ("binary", binary)


def _into_empty(act: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        _empty()
        return seconds_of(act)

    return run


def _empty() -> None:
    """Empty every chunk and keep it, so that nobody is measured making chunks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('TRUNCATE %s', chunk) FROM show_chunks('reading') AS chunk")
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("TRUNCATE latest_reading, late_range")


def _store(samples: Samples) -> None:
    for start in range(0, len(samples), BATCH):
        store(samples[start : start + BATCH], now=NOW)


def _insert(other: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), BATCH):
        with contextlib.closing(other.cursor()) as cursor, other.transaction():
            cursor.executemany(INSERT.encode(), rows[start : start + BATCH])
