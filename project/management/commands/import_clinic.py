"""`manage.py import_clinic FILE`: an export, into an installation that has no clinic; `--check` only reads it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from project.clinic_export import files, reading


class Command(BaseCommand):
    """What goes wrong is one line, the exit code is 2, and nothing was imported."""

    help = "Bring the export of a clinic into an installation that has none, or check that it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and the key that opens it."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--key", metavar="KEYFILE", type=Path, help="the file of the private key")
        parser.add_argument("--check", action="store_true", help="read all of it and import nothing")

    def handle(self, *args: Any, file: Path, key: Path | None, check: bool, **options: Any) -> None:
        """Do it."""
        try:
            told = (reading.check if check else reading.import_clinic)(file, key)
        except (reading.NotImported, files.FileDamaged, files.KeyRefused, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        except DatabaseError as error:
            # Not its detail, which quotes the row.
            raise CommandError(f"the database refused a row: {type(error).__name__}", returncode=2) from None
        for table, count in told.rows.items():
            self.stdout.write(f"{count:>12,} {table}")
        words = "is whole" if check else "is imported: whoever signs in sets a new password first"
        self.stdout.write(f"{told.manifest['name']} of {told.manifest['made_at']} {words}")
