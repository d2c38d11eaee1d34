"""What the worker does, done as the worker's role: whoever refuses it too much stops the sync of every clinic.

``python -m tests.security.worker``, with DATABASE_URL of the role and the world on standard input, prints a JSON list
of [what, how it failed or null].
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import dramatiq

from tests.security.world import World

Work = Callable[[], None]
TIMESCALE = ("a rebuild of a patient's state", "actor refresh_late_ranges", "actor run_due_policies")


def pieces(world: World) -> Iterator[tuple[str, Work]]:
    """Late readings of every clinic, visits to the vendor, a rebuild, retention, and every actor of the schedule."""
    from accounts.models import Clinic
    from glucose.models import SourceAccount, VendorPatient
    from patients.models import Patient
    from project.actors import import_actors
    from tests.conftest import put
    from work.schedules import REGISTER

    def late_readings() -> None:
        people = Patient.objects.filter(deleted_at=None)
        for patient in people:
            stored = put(patient, 100, 101, start=datetime(2025, 1, 1, tzinfo=UTC), now=datetime.now(UTC)).stored
            assert stored == 2
        assert len(people) == 9

    def visit() -> None:
        from glucose.services.sync import sync_account

        account = SourceAccount.objects.get(id=world.ours.accounts["account"])
        with vendor_of(account) as vendor:
            trace = {"kind": "generator", "profile": "meeting_targets", "seed": 7}
            names = {"first_name": "Ana", "last_name": "Souza", "timezone": "America/Sao_Paulo"}
            person = vendor.create_patient(account=account.email, trace=trace, **names)
            VendorPatient.objects.create(
                account=account, vendor_id=person["id"], patient_id=UUID(world.ours.patients["uncared"]), state="linked"
            )
            found = sync_account(account_id=account.id, holder=uuid4().hex, clock=lambda: datetime.now(UTC))
        assert found.stored > 100

    def consent() -> None:
        from glucose.tasks import accept_terms

        account = SourceAccount.objects.get(id=world.ours.accounts["waiting"])
        with vendor_of(account, steps=["tou", "pp"]):
            accept_terms.fn(str(account.id), world.ours.users["admin"])
        account.refresh_from_db()
        assert (account.state, account.pending_step) == ("active", "")

    def rebuild() -> None:
        from django.db import connection

        from glucose.models import LatestReading
        from glucose.tasks import rebuild_state
        from work.models import Task

        patient = world.theirs.patients["cared"]
        LatestReading.objects.filter(patient_id=patient).delete()
        task = Task.objects.create(kind="rebuild_state", actor="rebuild_state", queue="bulk")
        rebuild_state.fn(patient, "2026-03-01T00:00:00+00:00", "2026-03-09T00:00:00+00:00", task_id=str(task.id))
        task.refresh_from_db()
        assert (task.status, (task.result or {}).get("latest")) == ("done", True), task.error
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user = session_user")
            assert cursor.fetchone() == (True,)

    def retention() -> None:
        from glucose.services.retention import _apply

        clinic = Clinic.objects.get(id=world.theirs.clinic)
        clinic.retention_days = 300
        assert _apply(clinic, datetime.now(UTC) + timedelta(days=1)) == 6

    def treatments() -> None:
        from glucose.provenance import Source
        from glucose.services.treatments import store_treatments
        from glucose.treatments import Treatment, TreatmentKind

        now = datetime.now(UTC)
        bolus = Treatment(now, 0, TreatmentKind.RAPID_INSULIN, Decimal(4), "U")
        for inside in (world.ours, world.theirs):
            patient = UUID(inside.patients["cared"])
            told = [store_treatments(patient, [bolus], source=Source.FILE, received_at=now).stored for _ in range(2)]
            assert told == [1, 0]

    yield "late readings of every clinic", late_readings
    yield "treatments of every clinic", treatments
    yield "a visit to the vendor", visit
    yield "a consent to the vendor's terms", consent
    yield "a rebuild of a patient's state", rebuild
    yield "retention", retention
    import_actors()
    for name in REGISTER:
        yield f"actor {name}", dramatiq.get_broker().get_actor(name).fn


@contextmanager
def vendor_of(account: Any, **more: Any) -> Iterator[Any]:
    """A simulated vendor that has the account."""
    from django.conf import settings

    from simulator.process import SimulatorProcess

    with SimulatorProcess() as vendor:
        settings.LIBRELINKUP_GLOBAL_URL = vendor.url
        settings.LIBRELINKUP_REGION_URL = vendor.url + "/{region}"
        vendor.create_account(email=account.email, password="vendor password", region="eu2", **more)
        yield vendor


def main() -> int:
    """Do each; 0, whatever became of it."""
    import django

    from tests.security.plain import without_timescale

    plain = "--plain" in sys.argv
    if plain:
        without_timescale()
    django.setup()
    results: list[tuple[str, str | None]] = []
    for name, work in pieces(World.read(sys.stdin.read())):
        if plain and name in TIMESCALE:
            continue  # TimescaleDB's own procedures
        try:
            work()
        except Exception as error:
            results.append((name, f"{type(error).__name__}: {error}"))
        else:
            results.append((name, None))
    print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
