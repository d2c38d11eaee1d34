"""`manage.py create_operator`: somebody who runs the service, and belongs to no clinic."""

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from accounts import services
from accounts.errors import EmailTaken


class Command(BaseCommand):
    """Creates an operator; the password comes from the terminal or standard input, never from the arguments."""

    help = "Create an operator, who may use the admin. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who."""
        parser.add_argument("username")
        parser.add_argument("--name", default="")
        parser.add_argument("--email", default="", help="where a password reset goes")

    def handle(self, *args: Any, username: str, name: str, email: str, **options: Any) -> None:
        """Print the user's id."""
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = services.create_operator(username=username, password=password, name=name, email=email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        except (IntegrityError, EmailTaken):
            raise CommandError(f"The user name {username} or the e-mail is taken.", returncode=2) from None
        self.stdout.write(str(user.id))
