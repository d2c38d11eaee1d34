"""How fast and in how much memory a file of LibreView becomes readings, against COPY of the same rows."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection

from accounts import identity
from bench.copying import copy, encoded
from bench.dataset import NOW
from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, seconds_of, spread
from glucose.models import Import
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services.import_files import FileWriter
from glucose.services.importing import run_import
from glucose.services.imports import request_import

LINES: Final = 1_000_000
FEW: Final = 10_000
TIMED: Final = 200_000
ROUNDS: Final = 3
# Reading the lines, in Python, is the larger part.
AGAINST_COPY: Final = 0.05
AGAINST_FEW: Final = 1.5
OFFSET: Final = timedelta(hours=-3)
HEAD: Final = "Glucose Data,Generated on,03-02-2026 09:00 AM UTC\n"
COLUMNS: Final = "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL,Scan Glucose mg/dL\n"
# A process that imports and nothing else says how much memory it ever had, in kilobytes. Not by getrusage, where the
# peak of whoever started it counts too.
ALONE: Final = """
import django, re, sys
django.setup()
from datetime import datetime
from uuid import UUID
from glucose.services.importing import run_import
run_import(UUID(sys.argv[1]), clock=lambda: datetime.fromisoformat(sys.argv[2]), between=lambda share: None)
print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""


def measure() -> Iterator[Ratio]:
    """Rows a second into an empty table, and the peak of a worker's memory for a long file and a short one."""
    people = clinic("imports", 1)
    print_dataset(
        f"a patient's file of LibreView, a line each five minutes: {TIMED:,} lines for the rates, {LINES:,} and {FEW:,}"
        " for memory; the import includes reading, deciphering and its counts, COPY gets rows that are ready"
    )
    yield from _rates(people)
    yield from _memory(people)


def _rates(people: Clinic) -> Iterator[Ratio]:
    content, rows = b"".join(_file(TIMED)), _rows(people.patients[0].id, TIMED)
    data = encoded(rows, -((rows.time - int(NOW.timestamp())) // 60), "binary")
    ids = iter([_kept(people, [content], dry_run=False) for _ in range(ROUNDS + 1)])
    checks = iter([_kept(people, [content], dry_run=True) for _ in range(ROUNDS + 1)])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        found = interleaved(
            lambda: _into_empty(partial(_import, next(ids))),
            lambda: _into_empty(partial(copy, other, "binary", data)),
            lambda: _into_empty(partial(_import, next(checks))),
            rounds=ROUNDS,
            warm_up=1,
        )
    _empty()
    stored, copied, checked = (
        spread(name, "rows/s", [TIMED / seconds for seconds in values])
        for name, values in zip(("import", "COPY (binary)", "dry run"), found, strict=True)
    )
    yield Ratio("a file against COPY", stored.median / copied.median, ("at least", AGAINST_COPY), (stored, copied))
    yield Ratio("a dry run against COPY", checked.median / copied.median, ("at least", AGAINST_COPY), (checked, copied))


def _memory(people: Clinic) -> Iterator[Ratio]:
    for dry_run, name in ((True, "dry run"), (False, "import")):
        peaks = []
        for lines in (LINES, FEW):
            _empty()
            peaks.append(_alone(_kept(people, _file(lines), dry_run=dry_run)))
        many, few = (
            spread(f"{name} of {lines:,} lines", "MB", [peak]) for lines, peak in zip((LINES, FEW), peaks, strict=True)
        )
        yield Ratio(
            f"peak memory of the worker, {name}", many.median / few.median, ("at most", AGAINST_FEW), (many, few)
        )
    _empty()


def _file(lines: int) -> Iterator[bytes]:
    """The file in pieces, oldest line first, by a clock that is never changed."""
    yield (HEAD + COLUMNS).encode()
    first = (NOW - timedelta(minutes=5 * lines)).replace(tzinfo=None) + OFFSET
    for start in range(0, lines, FEW):
        yield "".join(_line(first, number) for number in range(start, min(start + FEW, lines))).encode()


def _line(first: datetime, number: int) -> str:
    at = first + timedelta(minutes=5 * number)
    return f"FreeStyle LibreLink,1D48A10E,{at:%m-%d-%Y %I:%M %p},0,{100 + number % 100},\n"


def _rows(patient_id: UUID, lines: int) -> Samples:
    """What the file of so many lines becomes."""
    number = np.arange(lines, dtype=np.int64)
    first = int(NOW.timestamp()) - 300 * lines
    return samples(
        patient_id,
        first + 300 * number,
        100 + number % 100,
        utc_offset_minutes=int(OFFSET.total_seconds() // 60),
        source=int(Source.FILE),
        trend=1,
        sensor=UUID(int=1),
    )


def _kept(people: Clinic, content: Iterable[bytes], *, dry_run: bool) -> UUID:
    """An import that waits."""
    writer = FileWriter(people.clinician.user_id, NOW)
    for piece in content:
        writer.write(piece)
    file_id = writer.finish()
    asked = {"format": "libreview", "timezone": "Etc/GMT+3", "date_order": "month_first"}
    with identity.acting(people.clinician.user_id):
        made = request_import(
            people.clinician,
            people.patients[0].id,
            file_id=file_id,
            size=writer.size,
            dry_run=dry_run,
            asked=asked,
            now=NOW,
        )
    return made.id


def _import(import_id: UUID) -> None:
    run_import(import_id, clock=lambda: NOW, between=lambda share: None)
    found = Import.objects.get(id=import_id)
    if found.stored != TIMED:
        raise RuntimeError(f"{found.stored} of {TIMED} lines were new: {found.state} {found.error_code}")


def _alone(import_id: UUID) -> float:
    """The peak of a process that imports the file, in MB."""
    connection.close()
    command = [sys.executable, "-c", ALONE, str(import_id), NOW.isoformat()]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(told.stdout) / 1024


def _into_empty(act: partial[None]) -> float:
    _empty()
    return seconds_of(act)


def _empty() -> None:
    """Empty every chunk and keep it, so that nobody is measured making chunks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('TRUNCATE %s', chunk) FROM show_chunks('reading') AS chunk")
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("TRUNCATE latest_reading, late_range")
