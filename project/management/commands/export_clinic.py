"""`manage.py export_clinic CLINIC_ID FILE`: everything of one clinic in one file."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from project.clinic_export import files
from project.clinic_export.columns import CannotBeOpened
from project.clinic_export.writing import NotExported, export_clinic

CLEAR = "names, addresses and notes stand in this file as anybody can read them"


class Command(BaseCommand):
    """What goes wrong is one line, the exit code is 2, and there is no file."""

    help = "Write every row of a clinic to a file: lines of JSON by table, in a tar, encrypted by age."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, where to, and for whose eyes."""
        parser.add_argument("clinic", metavar="CLINIC_ID", type=UUID)
        parser.add_argument("file", metavar="FILE", type=Path)
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--for", dest="recipient", metavar="age1…", help="the public key of whoever may open it")
        whom.add_argument("--in-the-clear", action="store_true", help=CLEAR)

    def handle(self, *args: Any, clinic: UUID, file: Path, recipient: str | None, **options: Any) -> None:
        """Write it."""
        try:
            export_clinic(clinic, file, recipient=recipient, now=timezone.now(), tell=self._tell)
        except (NotExported, CannotBeOpened, files.KeyRefused, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes{'' if recipient else f'; {CLEAR}'}")

    def _tell(self, table: str, count: int) -> None:
        self.stdout.write(f"{count:>12,} {table}")
