"""Fixtures that the whole suite shares: people with roles, a client that is signed in, and stored readings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.signals import request_finished
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from accounts.sessions import TokenPair, start_session
from api.counters import PREFIX, counters
from glucose.provenance import Source
from glucose.samples import samples
from glucose.services.ingest import Ingested, store
from patients.models import CareAssignment, Patient, PatientTimeZone

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@receiver(request_finished)
def identity_ends(**_: Any) -> None:
    """A request's identity ends with its transaction; in a test that is a part of the test's, which goes on."""
    if connection.in_atomic_block and not connection.needs_rollback:
        # Not by way of Django, where a test may have set a fault.
        connection.connection.execute("SELECT set_config('saude.actor', '', true), set_config('role', 'none', true)")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """On the embedded server, of which each process has its own, the only database is the test database.

    On another server each process has a database of its own.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["NAME"] == "template1":
        database["TEST"] = {**database.get("TEST", {}), "NAME": "template1"}
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(autouse=True)
def circuits_are_closed() -> None:
    """No host of a vendor is left alone for what it did in another test."""
    client = counters().client
    client.delete("", *client.scan_iter("saude:circuit:*"))


@pytest.fixture
def nothing_counted() -> Iterator[None]:
    """No failed login of another test counts in this one, nor one of this in another: Redis stays."""
    client = counters().client
    client.delete("", *client.scan_iter(PREFIX + "*"))
    yield
    client.delete("", *client.scan_iter(PREFIX + "*"))


@dataclass
class Member:
    """Somebody signed in: the user, who they are to the selectors, and an HTTP client with their token."""

    user: User
    caller: Caller
    api: APIClient


def tokens_of(user: User) -> TokenPair:
    """The tokens of a new session of the user, as a sign-in answers them."""
    return start_session(user, HttpRequest(), timezone.now())


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Clínica Norte")


@pytest.fixture
def other_clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Clínica Sul")


@pytest.fixture
def member() -> Callable[..., Member]:
    """Make a member of a clinic who is signed in."""

    def make(clinic: Clinic, role: Role, username: str | None = None) -> Member:
        count = User.objects.count()
        user = User.objects.create(username=username or f"{role}-{count}", name=f"{role} {count}")
        membership = Membership.objects.create(user=user, clinic=clinic, role=role)
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(user).access}")
        return Member(user, membership.caller(), api)

    return make


@pytest.fixture
def admin(clinic: Clinic, member: Callable[..., Member]) -> Member:
    return member(clinic, Role.ADMIN)


@pytest.fixture
def clinician(clinic: Clinic, member: Callable[..., Member]) -> Member:
    return member(clinic, Role.CLINICIAN)


@pytest.fixture
def make_patient() -> Callable[..., Patient]:
    """Make a patient of a clinic, in the care of the clinicians that are given."""

    def make(clinic: Clinic, *clinicians: Member, name: str = "Ana Souza", **fields: Any) -> Patient:
        patient = Patient.objects.create(clinic=clinic, name=name, **{"timezone": "America/Sao_Paulo", **fields})
        PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone)
        for one in clinicians:
            CareAssignment.objects.create(patient=patient, user=one.user)
        return patient

    return make


@pytest.fixture
def patient(clinic: Clinic, clinician: Member, make_patient: Callable[..., Patient]) -> Patient:
    return make_patient(clinic, clinician)


def named(name: str) -> list[Patient]:
    """The patients of that name, which no query can compare."""
    return [patient for patient in Patient.objects.all() if patient.name == name]


def put(
    patient: Patient,
    *values: int,
    start: datetime,
    cadence: int = 5,
    offset: int = 0,
    source: int = Source.UPLOAD,
    now: datetime | None = None,
) -> Ingested:
    """Store values one cadence apart, through the ordinary ingest."""
    times = int(start.timestamp()) + np.arange(len(values), dtype=np.int64) * cadence * 60
    batch = samples(
        patient.id,
        times,
        np.array(values, dtype=np.int64),
        utc_offset_minutes=offset,
        source=source,
        cadence_minutes=cadence,
    )
    return store(batch, now=now or start + timedelta(minutes=cadence * len(values)))


@pytest.fixture
def clean_readings(transactional_db: None) -> Iterator[None]:
    """For tests that refresh or commit: truncating the readings leaves the aggregate full, so it is emptied too."""
    yield
    forget_readings()


@pytest.fixture(scope="module", autouse=True)
def begins_without_readings(request: pytest.FixtureRequest) -> None:
    """A process that outlives its test may store what nobody takes back: each file of these begins without it."""
    if {"integration", "api"} & set(request.path.parts):
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            forget_readings()
            connection.close()


def forget_readings() -> None:
    """Empty what no model stands for, which Django does not."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reading, latest_reading, late_range, recent_day, policy_run")
        # Its rows and its watermark: what a test materialised would hide the readings of the next.
        cursor.execute("TRUNCATE reading_day")
