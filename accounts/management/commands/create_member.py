"""`manage.py create_member`: somebody who may sign in to a clinic."""

import getpass
import sys
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from accounts import services
from accounts.errors import EmailTaken
from accounts.models import Clinic
from accounts.roles import Role


class Command(BaseCommand):
    """Creates a user with a role; the password comes from the terminal or standard input, never from the arguments."""

    help = "Create a member of a clinic. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """The clinic, who, and what they are there."""
        parser.add_argument("clinic", type=UUID, help="the clinic's id, as create_clinic prints it")
        parser.add_argument("username")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument("--name", default="")
        parser.add_argument("--email", default="", help="where a password reset goes")

    def handle(self, *args: Any, clinic: UUID, username: str, role: str, name: str, email: str, **options: Any) -> None:
        """Print the user's id."""
        if not Clinic.objects.filter(id=clinic).exists():
            raise CommandError("There is no such clinic; make it with create_clinic.", returncode=2)
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = services.create_member(
                clinic_id=clinic, username=username, password=password, name=name, role=Role(role), email=email
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        except (IntegrityError, EmailTaken):
            raise CommandError(f"The user name {username} or the e-mail is taken.", returncode=2) from None
        self.stdout.write(str(user.id))
