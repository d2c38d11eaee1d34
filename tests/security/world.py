"""Two clinics with everything that one must not see of the other. Made by the database's owner.

``python -m tests.security.world`` migrates the database of DATABASE_URL, fills it, and prints what is there as JSON;
``--plain`` where the server has no TimescaleDB.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

# Nothing of ours shows these by chance: where they appear, a reading or a person of the other clinic was seen.
HIDDEN_MG_DL: Final = 377
HIDDEN_NAME: Final = "Zenobia Quartzo"
HIDDEN_REF: Final = "MRN-QZX-377"
OWN_MG_DL: Final = 123
OWN_NAME: Final = "Ana Souza"
DAYS: Final = 10
NOW: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(slots=True)
class Inside:
    """The ids of one clinic: its users by what they are, and its patients, accounts and tasks by theirs."""

    clinic: str
    users: dict[str, str] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """Our clinic and the other."""

    ours: Inside
    theirs: Inside

    @classmethod
    def read(cls, text: str) -> "World":
        """From what ``python -m tests.security.world`` prints."""
        found = json.loads(text)
        return cls(Inside(**found["ours"]), Inside(**found["theirs"]))


def make() -> World:
    """Fill an empty database."""
    from django.db import connection

    world = World(
        _clinic("Clínica Norte", OWN_NAME, None, OWN_MG_DL),
        _clinic("Clínica Sul", HIDDEN_NAME, HIDDEN_REF, HIDDEN_MG_DL),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')")
        if cursor.fetchone() == (True,):
            # Everything everywhere: in row form, in the columnstore, and in the aggregate.
            cursor.execute(
                "SELECT compress_chunk(chunk) FROM show_chunks('reading', older_than => %s::timestamptz) AS chunk",
                [NOW - timedelta(days=5)],
            )
            cursor.execute("CALL refresh_continuous_aggregate('reading_day', %s, %s)", [NOW - 2 * DAYS * DAY, NOW])
        cursor.execute("ANALYZE")
    return world


DAY: Final = timedelta(days=1)


def _clinic(name: str, patient_name: str, reference: str | None, mg_dl: int) -> Inside:
    from accounts.models import Clinic, Membership, User
    from accounts.roles import Role

    clinic = Clinic.objects.create(name=name)
    inside = Inside(str(clinic.id))
    roles = {**{role.value: role for role in Role}, "unassigned": Role.CLINICIAN, "neighbour": Role.PATIENT}
    for label, role in roles.items():
        user = User.objects.create(username=f"{label}@{clinic.id}", name=label)
        Membership.objects.create(user=user, clinic=clinic, role=role)
        inside.users[label] = str(user.id)
    for label in ("cared", "uncared", "deleted"):
        inside.patients[label] = _patient(inside, label, patient_name, reference, mg_dl)
    _sources(inside, patient_name)
    return inside


def _patient(inside: Inside, label: str, name: str, reference: str | None, mg_dl: int) -> str:
    from patients.models import CareAssignment, Consent, Patient, PatientTimeZone
    from tests.conftest import put

    own = {"cared": inside.users["patient"], "uncared": inside.users["neighbour"]}
    patient = Patient.objects.create(
        clinic_id=inside.clinic,
        user_id=own.get(label),
        name=name,
        external_ref=f"{reference}-{label}" if reference else None,
        timezone="America/Sao_Paulo",
    )
    PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone)
    Consent.objects.create(
        patient=patient, purpose="research", version="1", granted_at=NOW, recorded_by_id=inside.users["admin"]
    )
    if label != "uncared":
        CareAssignment.objects.create(patient=patient, user_id=inside.users["clinician"])
    put(patient, *[mg_dl] * (DAYS * 288), start=NOW - DAYS * DAY, now=NOW)
    if label == "deleted":
        Patient.objects.filter(id=patient.id).update(deleted_at=NOW)
    return str(patient.id)


def _sources(inside: Inside, name: str) -> None:
    from glucose.models import LibreLinkUpAccount, Sensor, VendorPatient
    from work.models import Task

    account = LibreLinkUpAccount.objects.create(
        clinic_id=inside.clinic, email=f"{inside.clinic}@example.org", password="vendor password", token="vendor token"
    )
    inside.accounts["account"] = str(account.id)
    VendorPatient.objects.create(account=account, vendor_id=f"v-{inside.clinic}", first_name=name, last_name=name)
    Sensor.objects.create(patient_id=UUID(inside.patients["cared"]), serial="S-1")
    for label in ("admin", "clinician"):
        task = Task.objects.create(
            owner_id=UUID(inside.users[label]), kind="librelinkup_sync", actor="sync_account", queue="default"
        )
        inside.tasks[label] = str(task.id)


def main(arguments: list[str]) -> int:
    """Print the world as JSON."""
    import django

    from tests.security.plain import without_timescale

    if "--plain" in arguments:
        without_timescale()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    shown: dict[str, Any] = asdict(make())
    print(json.dumps(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
