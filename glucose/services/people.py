"""The people of a vendor's account as a visit saw them: who is new, who vanished, who cannot be told apart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from glucose.models import SourceAccount, VendorPatient
from glucose.sources.port import Fetched, Person

Problem: TypeAlias = VendorPatient.Problem
# ``last_seen_at`` is for people's eyes: an hour is exact enough, and spares a write to each row at each visit.
SEEN_AGAIN: Final = timedelta(hours=1)


def store_people(account: SourceAccount, fetched: Fetched, now: datetime) -> None:
    """Write down whom the account follows now. Nobody is linked or taken for another by this.

    Who is linked and is not there any more keeps the link, with the problem that stops their sync until they are back.
    """
    known = {person.vendor_id: person for person in VendorPatient.objects.filter(account=account)}
    shown = {person.vendor_id: person for person in fetched.people}
    unlinked = {vendor_id for vendor_id in shown if vendor_id not in known or known[vendor_id].patient_id is None}
    elsewhere = _linked_elsewhere(account, unlinked) if unlinked else set()
    problems = dict.fromkeys(elsewhere, Problem.ELSEWHERE) | dict.fromkeys(fetched.twice, Problem.TWICE)
    _add(account, [person for vendor_id, person in shown.items() if vendor_id not in known], problems, now)
    _rename(known, shown)
    _note_seen(known, shown, now)
    _note_problems(known, dict.fromkeys(known.keys() - shown.keys(), Problem.VANISHED) | problems, now)


def _add(account: SourceAccount, people: list[Person], problems: dict[str, Problem], now: datetime) -> None:
    VendorPatient.objects.bulk_create(
        [
            VendorPatient(
                account=account,
                vendor_id=person.vendor_id,
                first_name=person.first_name,
                last_name=person.last_name,
                problem=problems.get(person.vendor_id, Problem.NONE),
                problem_since=now if person.vendor_id in problems else None,
                first_seen_at=now,
                last_seen_at=now,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def _rename(known: dict[str, VendorPatient], shown: dict[str, Person]) -> None:
    for vendor_id in known.keys() & shown.keys():
        row, person = known[vendor_id], shown[vendor_id]
        if (row.first_name, row.last_name) != (person.first_name, person.last_name):
            row.first_name, row.last_name = person.first_name, person.last_name
            row.save(update_fields=["first_name", "last_name"])


def _note_seen(known: dict[str, VendorPatient], shown: Iterable[str], now: datetime) -> None:
    rows = [known[vendor_id] for vendor_id in shown if vendor_id in known]
    long_ago = [row.id for row in rows if now - row.last_seen_at >= SEEN_AGAIN]
    if long_ago:
        VendorPatient.objects.filter(id__in=long_ago).update(last_seen_at=now)


def _note_problems(known: dict[str, VendorPatient], problems: dict[str, Problem], now: datetime) -> None:
    for row in known.values():
        problem = problems.get(row.vendor_id, Problem.NONE)
        if problem != row.problem:
            row.problem, row.problem_since = problem, now if problem else None
            row.save(update_fields=["problem", "problem_since"])


def _linked_elsewhere(account: SourceAccount, vendor_ids: set[str]) -> set[str]:
    """Those whom another account of the clinic is linked to, and still shows."""
    others = VendorPatient.objects.filter(
        account__clinic_id=account.clinic_id,
        account__kind=account.kind,
        vendor_id__in=vendor_ids,
        state=VendorPatient.State.LINKED,
        patient__deleted_at=None,
    )
    return set(others.exclude(account=account).exclude(problem=Problem.VANISHED).values_list("vendor_id", flat=True))
