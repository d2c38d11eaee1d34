"""`manage.py rebuild_state`: recompute latest readings, daily aggregates and gaps, and tell where they differed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.instants import parse_instant
from glucose.services.rebuild import rebuild_state
from patients.models import Patient


class Command(BaseCommand):
    """Ends with 1 where a dry run found differences, and with 2 at input that makes no sense."""

    help = "Recompute what follows from readings, and tell where it differed. Safe beside running processes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, of when, and whether anything is changed."""
        parser.add_argument("--patient", action="append", type=_uuid, default=[], help="again for more; without: all")
        parser.add_argument("--clinic", type=_uuid, help="all patients of a clinic")
        parser.add_argument("--start", type=_instant, help="with an offset; without: 14 days ago")
        parser.add_argument("--end", type=_instant, help="with an offset; without: now")
        parser.add_argument("--dry-run", action="store_true", help="only tell")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each patient that differed, and one for all."""
        now = timezone.now()
        end = options["end"] or now
        start = options["start"] or end - timedelta(days=14)
        if end <= start:
            raise CommandError("--end is not after --start", returncode=2)
        patients = _patients(options["patient"], options["clinic"])
        differed = 0
        for done, patient_id in enumerate(patients, 1):
            found = rebuild_state(patient_id, start=start, end=end, now=timezone.now(), dry_run=options["dry_run"])
            if found:
                differed += 1
                self.stdout.write(f"{done} of {len(patients)}: {patient_id} differed: {found}")
                self.stdout.flush()
        verb = "would be" if options["dry_run"] else "were"
        self.stdout.write(f"{len(patients)} patients, {differed} of them {verb} rebuilt")
        if differed and options["dry_run"]:
            raise CommandError("the state is not what the readings say", returncode=1)


def _patients(ids: list[UUID], clinic_id: UUID | None) -> list[UUID]:
    rows = Patient.objects.all()
    if ids:
        rows = rows.filter(id__in=ids)
    if clinic_id:
        rows = rows.filter(clinic_id=clinic_id)
    found = list(rows.order_by("id").values_list("id", flat=True))
    if len(found) < len(set(ids)) or (clinic_id and not found):
        raise CommandError("there is no such patient or clinic", returncode=2)
    return found


def _uuid(text: str) -> UUID:
    return UUID(text)


def _instant(text: str) -> Any:
    return parse_instant(text)
