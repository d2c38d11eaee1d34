"""What the product does in the rehearsal, each in a process of its own with the database's owner.

``python -m tests.backup_rehearsal.writing begin|migrate|more|open [--plain] [--readings N]`` prints JSON.
"""

import argparse
import itertools
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

CANARY: Final = "Clínica Canário QZX-88-AZUL"
AFTERWARDS: Final = "Written afterwards"
NOW: Final = datetime(2026, 6, 10, 12, tzinfo=UTC)


def main() -> int:
    """Do the one thing and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["begin", "migrate", "more", "open"])
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--readings", type=int, default=0)
    parser.add_argument("--name", default="")
    asked = parser.parse_args()
    import django

    from tests.security.plain import without_timescale

    if asked.plain:
        without_timescale()
    django.setup()
    done: dict[str, Any] = {"begin": begin, "migrate": migrated, "more": more, "open": opened}[asked.what](asked)
    print(json.dumps(done))
    return 0


def begin(asked: argparse.Namespace) -> dict[str, Any]:
    """Migrate, and fill every table that the security tests fill; in a clinic of the canary's name as many readings."""
    from django.core.management import call_command

    from accounts.models import Clinic, Membership
    from dashboard.preferences import TODAY, keep_preference
    from tests.security import world

    call_command("migrate", verbosity=0)
    made = world.make()
    for member in Membership.objects.all():
        keep_preference(member.user_id, TODAY, {"columns": ["latest"]})
    clinic = Clinic.objects.create(name=CANARY)
    for start in range(0, asked.readings, 500_000):
        _patient(clinic, f"{CANARY} {start}", min(500_000, asked.readings - start), NOW)
    world.settle()
    return {"readings": _readings(), "world": asdict(made)}


def migrated(_: argparse.Namespace) -> dict[str, Any]:
    """An installation without a clinic."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {}


def more(asked: argparse.Namespace) -> dict[str, Any]:
    """Another patient with readings of late and of now, in a clinic of its own."""
    from accounts.models import Clinic

    _patient(Clinic.objects.create(name=asked.name), asked.name, 2_000, NOW)
    return {"readings": _readings()}


def opened(_: argparse.Namespace) -> dict[str, Any]:
    """How many sealed values of people the keys open, and how many not."""
    from cryptography.fernet import InvalidToken

    from patients.models import HealthProfile, Patient

    good = bad = 0
    names = ((row, "name") for row in Patient.objects.all())
    profiles = ((row, "content") for row in HealthProfile.objects.all())
    for row, attribute in itertools.chain[tuple[Any, str]](names, profiles):
        try:
            good += bool(getattr(row, attribute))
        except InvalidToken:
            bad += 1
    return {"opened": good, "closed": bad}


def _patient(clinic: Any, name: str, readings: int, now: datetime) -> None:
    from patients.models import HealthProfile, Patient, PatientTimeZone
    from tests.conftest import put

    patient = Patient.objects.create(clinic=clinic, name=name, timezone="America/Sao_Paulo")
    PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone)
    HealthProfile.objects.create(patient=patient, content={"notes": name}, updated_at=now)
    values = [80 + index % 120 for index in range(readings)]
    put(patient, *values, start=now - timedelta(minutes=5 * readings), now=now)


def _readings() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reading")
        (count,) = cursor.fetchone()
    return int(count)


if __name__ == "__main__":
    sys.exit(main())
