"""The statements in sql/: each applied by one migration, each with a way back that works."""

from pathlib import Path

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


@pytest.mark.django_db(transaction=True)
def test_the_storage_can_be_taken_back_and_applied_again() -> None:
    tables = "SELECT count(*) FROM pg_class WHERE relname IN ('reading', 'reading_day', 'latest_reading', 'policy_run')"

    call_command("migrate", "glucose", "0001", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(tables)
        assert cursor.fetchone() == (0,)
    call_command("migrate", "glucose", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(tables)
        assert cursor.fetchone() == (4,)
        cursor.execute("SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name IS NOT NULL")
        assert cursor.fetchone() == (2,)


@pytest.mark.django_db
def test_the_models_say_what_the_migrations_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
