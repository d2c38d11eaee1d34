"""`manage.py require_second_factor`: whom a clinic wants to sign in with a second factor."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import services
from accounts.models import Clinic
from accounts.roles import SecondFactorPolicy


class Command(BaseCommand):
    """Sets the policy, and says how many members now have to enrol at their next sign-in."""

    help = "Say who in a clinic has to sign in with a second factor: nobody has to, the staff, or everyone."

    def add_arguments(self, parser: CommandParser) -> None:
        """The clinic and its policy."""
        parser.add_argument("clinic", type=UUID, help="the clinic's id, as create_clinic prints it")
        parser.add_argument("policy", choices=[policy.value for policy in SecondFactorPolicy])

    def handle(self, *args: Any, clinic: UUID, policy: str, **options: Any) -> None:
        """Print how many have to enrol."""
        try:
            waiting = services.require_second_factor(clinic_id=clinic, policy=SecondFactorPolicy(policy))
        except Clinic.DoesNotExist:
            raise CommandError("There is no such clinic; make it with create_clinic.", returncode=2) from None
        self.stdout.write(f"{waiting} members have to enrol")
