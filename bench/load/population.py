"""The clinic that is asked about: patients with 14 or 90 days up to now, clinicians who share them, a service user."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.sessions import start_session
from bench.comparison import window
from bench.dataset import DAYS
from bench.history import AT_ONCE, loaded, store_newest
from bench.load.plan import Person, Plan
from bench.people import clinic
from patients.models import CareAssignment, Patient

CLINICIANS: Final = 10
WINDOWS: Final = (14, DAYS)
OTHERS_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Population:
    """Who asks, who is asked about, and what to print of it."""

    clinicians: list[Person]
    client: Person
    polled: list[str]
    uploading: list[str]
    windows: dict[str, str]
    dates: str
    data_since: str
    about: str

    def plan(self, url: str, rate: int, *, warm_up_seconds: float, seconds: float) -> Plan:
        """A step of load at a rate."""
        return Plan(
            url=url,
            rate=rate,
            warm_up_seconds=warm_up_seconds,
            seconds=seconds,
            clinicians=self.clinicians,
            client=self.client,
            uploading=self.uploading,
            windows=self.windows,
            dates=self.dates,
            data_since=self.data_since,
        )


def populate(patients: int) -> Population:
    """Load everything; each clinician cares for a fifth of the patients, so each patient has two."""
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)
    people = clinic("load", patients)
    history = loaded(people, end, days_of_others=OTHERS_DAYS)
    ids = [str(patient.id) for patient in people.patients]
    clinicians = [_clinician(number, people.patients) for number in range(CLINICIANS)]
    store_newest(people, end + timedelta(minutes=5))
    return Population(
        clinicians=clinicians,
        client=_person("load service", people.patients, Role.SERVICE, long=people.patients[:AT_ONCE]),
        polled=ids[::2],
        uploading=ids[1::2],
        # The evening of the windows: what arrives meanwhile lies in them.
        windows={str(days): window(days, end + timedelta(hours=1)) for days in WINDOWS},
        dates=f"start={end - timedelta(days=13):%Y-%m-%d}&end={end:%Y-%m-%d}",
        data_since=f"{end:%Y-%m-%dT%H:%M:%SZ}",
        about=f"{history.about}; {CLINICIANS} clinicians who see a fifth of them each",
    )


def _clinician(number: int, patients: list[Patient]) -> Person:
    fifth = patients[number % 5 :: 5]
    person = _person(f"load clinician {number}", fifth, Role.CLINICIAN, long=patients[:AT_ONCE][number % 5 :: 5])
    CareAssignment.objects.bulk_create(CareAssignment(user_id=person.user, patient=patient) for patient in fifth)
    return person


def _person(name: str, patients: list[Patient], role: Role, *, long: list[Patient]) -> Person:
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, clinic_id=patients[0].clinic_id, role=role)
    ids, long_ids = ([str(patient.id) for patient in some] for some in (patients, long))
    return Person(start_session(user, HttpRequest(), timezone.now()).access, str(user.id), ids, long_ids)
