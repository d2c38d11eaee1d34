"""Who is there: a clinic with an administrator, accounts with their people, at the vendor and with us."""

import random
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from glucose.models import SourceAccount
from patients.models import Patient, PatientTimeZone
from simulator.process import SimulatorProcess
from tests.week.plan import Plan

PROFILES = ("meeting_targets", "very_low", "any_low", "any_high", "very_high", "low_time_in_range")
ZONES = ("America/Sao_Paulo", "Europe/Lisbon", "Asia/Kathmandu", "America/New_York")
REGIONS = ("eu", "eu2", "us", "de", "la")


@dataclass(slots=True)
class Follower:
    """An account as its vendor has it."""

    number: int
    id: UUID
    email: str
    password: str
    region: str


@dataclass(slots=True)
class Person:
    """Somebody with a sensor: their patient with us, and which account follows them now."""

    vendor_id: str
    patient_id: UUID
    followed_by: int
    moved: bool = False


@dataclass(slots=True)
class Stage:
    """Everybody; ``people`` by the vendor's id."""

    admin: Caller
    followers: list[Follower]
    people: dict[str, Person] = field(default_factory=dict)

    def of(self, number: int) -> list[Person]:
        """Whom an account follows now."""
        return [person for person in self.people.values() if person.followed_by == number]


def set_stage(plan: Plan, vendor: SimulatorProcess) -> Stage:
    """Create them all; nobody is linked yet."""
    rng = random.Random(f"stage {plan.seed}")
    clinic = Clinic.objects.create(name="Clínica da Semana")
    user = User.objects.create(username=f"week-{clinic.id}", name="Rita")
    admin = Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN).caller()
    stage = Stage(admin, [])
    for number in range(plan.accounts):
        region = rng.choice(REGIONS)
        email, password = f"week-{plan.seed}-{number}@example.org", f"password {number}"
        vendor.create_account(email, password, region)
        account = SourceAccount.objects.create(clinic=clinic, email=email, password=password)
        stage.followers.append(Follower(number, account.id, email, password, region))
        for _ in range(plan.people):
            person = _person(plan, vendor, clinic, stage, rng)
            stage.people[person.vendor_id] = person
    return stage


def _person(plan: Plan, vendor: SimulatorProcess, clinic: Clinic, stage: Stage, rng: random.Random) -> Person:
    follower, count = stage.followers[-1], len(stage.people)
    zone = rng.choice(ZONES)
    vendor_id = str(uuid5(NAMESPACE_URL, f"week {plan.seed} {count}"))
    trace = {"kind": "generator", "profile": rng.choice(PROFILES), "seed": rng.randrange(10**6)}
    vendor.create_patient(
        follower.email, id=vendor_id, first_name="Ana", last_name=f"Silva {count}", timezone=zone, trace=trace
    )
    patient = Patient.objects.create(clinic=clinic, name=f"Ana {count}", timezone=zone)
    PatientTimeZone.objects.create(patient=patient, timezone=zone)
    return Person(vendor_id, patient.id, follower.number)
