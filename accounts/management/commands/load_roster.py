"""`manage.py load_roster`: clinics and their members from a JSON file, as a whole or not at all."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import services
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    """Creates what is missing; who is there already stays as they are, password included."""

    help = (
        "Create clinics and members from a JSON file: "
        '{"clinics": [{"name", "members": [{"username", "password", "name", "role", "email"}]}]}.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, which holds passwords: keep it readable by its owner only."""
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Print how many were created."""
        created = 0
        try:
            for clinic in json.loads(file.read_text(encoding="utf-8"))["clinics"]:
                row = services.create_clinic(name=clinic["name"])
                known = {user.sign_in_name for user in User.objects.filter(membership__clinic=row)}
                for member in clinic["members"]:
                    if member["username"] not in known:
                        services.create_member(clinic_id=row.id, **{**member, "role": Role(member["role"])})
                        created += 1
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file}: {type(error).__name__}: {error}", returncode=2) from None
        except ValidationError as error:
            raise CommandError(f"{member['username']}: {' '.join(error.messages)}", returncode=2) from None
        self.stdout.write(f"{created} members created")
