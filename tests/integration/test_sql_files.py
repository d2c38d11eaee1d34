"""The statements in sql/: each applied by one migration, each with a way back that works."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import sql


def test_every_file_is_in_exactly_one_migration_and_has_a_way_back() -> None:
    applied = [
        operation.name
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, sql.RunSQLFile)
    ]
    folder = Path(sql.FOLDER)
    files = [path.relative_to(folder).as_posix().removesuffix(".up.sql") for path in folder.rglob("*.up.sql")]

    assert sorted(applied) == sorted(files)
    assert [name for name in files if not (folder / f"{name}.down.sql").is_file()] == []


READ: Final = "SELECT time, {} FROM reading ORDER BY time"
FIRST: Final = datetime(2001, 3, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
# When each reading came after its time, and the minutes that say so.
DELAYS: Final = (
    (timedelta(0), 0),
    (timedelta(microseconds=1), 1),
    (MINUTE, 1),
    (timedelta(seconds=61.5), 2),
    (timedelta(seconds=-1), 0),
    (timedelta(seconds=-60), -1),
    (timedelta(days=3650, microseconds=-1), 5_256_000),
)


class TestTheDelayOfAReading:
    """received_at becomes received_after_minutes and comes back, in row form and in the columnstore."""

    @pytest.fixture(autouse=True)
    def before(self, clean_readings: None) -> Iterator[None]:
        """The storage as it was with received_at, and afterwards as it is."""
        call_command("migrate", "glucose", "0002", verbosity=0)
        yield
        call_command("migrate", "glucose", verbosity=0)

    def test_it_is_exact_on_the_way_there_and_within_a_minute_on_the_way_back(self) -> None:
        times = self.fill()

        call_command("migrate", "glucose", verbosity=0)

        there = [(time, minutes) for time, (_, minutes) in zip(times, itertools.cycle(DELAYS), strict=False)]
        assert rows(READ.format("received_after_minutes")) == there
        assert self.chunks() == (2, 3)
        call_command("migrate", "glucose", "0002", verbosity=0)
        assert rows(READ.format("received_at")) == [(time, time + minutes * MINUTE) for time, minutes in there]
        assert self.chunks() == (2, 3)
        call_command("migrate", "glucose", verbosity=0)
        assert rows(READ.format("received_after_minutes")) == there

    def test_what_was_converted_before_an_interruption_stays(self) -> None:
        times = self.fill()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reading ADD COLUMN received_after_minutes integer")
            cursor.execute("ALTER TABLE reading ALTER COLUMN received_at DROP NOT NULL")
            cursor.execute(
                "UPDATE reading SET received_after_minutes = 77, received_at = NULL WHERE time < %s",
                [FIRST + timedelta(days=7)],
            )
        done = sum(time < FIRST + timedelta(days=7) for time in times)

        call_command("migrate", "glucose", verbosity=0)

        found = [minutes for _, minutes in rows(READ.format("received_after_minutes"))]
        assert found[:done] == [77] * done
        assert found[done:] == [minutes for _, (_, minutes) in zip(times, itertools.cycle(DELAYS), strict=False)][done:]

    def fill(self) -> list[datetime]:
        """Three chunks: in row form, compressed, and compressed with a reading that came afterwards; the times."""
        times = [FIRST + n * timedelta(hours=1) for n in range(21 * 24)]
        patient = uuid4()
        given = [
            (patient, time, time + delay) for time, (delay, _) in zip(times, itertools.cycle(DELAYS), strict=False)
        ]
        insert = (
            "INSERT INTO reading (patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, source, received_at)"
            " VALUES (%s, %s, 100, 0, 5, 10, %s)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(insert, given[:-1])
            cursor.execute(
                "SELECT compress_chunk(chunk) FROM show_chunks('reading', newer_than => %s) AS chunk",
                [FIRST + timedelta(days=6)],
            )
            cursor.executemany(insert, given[-1:])
        return times

    def chunks(self) -> tuple[int, int]:
        """How many are compressed, of how many."""
        ((compressed, every),) = rows(
            "SELECT count(*) FILTER (WHERE is_compressed), count(*) FROM timescaledb_information.chunks"
            " WHERE hypertable_name = 'reading'"
        )
        return compressed, every


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


@pytest.mark.django_db
def test_the_models_say_what_the_migrations_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
