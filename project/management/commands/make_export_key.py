"""`manage.py make_export_key FILE`: a pair of keys for exports of clinics."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from project.clinic_export import files


class Command(BaseCommand):
    """Made where an export is to be opened; only the public key goes to where it is written."""

    help = "Write a new private key to FILE and print its public key, for export_clinic --for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Print the public key."""
        try:
            self.stdout.write(files.new_key(file))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
