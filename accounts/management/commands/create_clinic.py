"""`manage.py create_clinic`: a clinic, and where asked its first members."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import services


class Command(BaseCommand):
    """Creates a clinic, or finds it by its name; prints its id."""

    help = "Create a clinic (or find it by its name) and print its id."

    def add_arguments(self, parser: CommandParser) -> None:
        """The clinic's name and its setting."""
        parser.add_argument("name")
        parser.add_argument("--clinicians-see-all", action="store_true", help="no care assignments are needed")

    def handle(self, *args: Any, name: str, clinicians_see_all: bool, **options: Any) -> None:
        """Print the clinic's id."""
        clinic = services.create_clinic(name=name, clinicians_see_all=clinicians_see_all)
        self.stdout.write(str(clinic.id))
