"""What the examples of the OpenAPI document play on: one clinic at one instant, under the ids that they show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Clinic, Invitation, Membership, ServiceKey, Session, User, Webhook
from accounts.roles import Role
from analytics.models import Alert, AlertEvent
from glucose.models import (
    AccountEvent,
    Exclusion,
    Gap,
    GapLedger,
    Import,
    ImportFile,
    ImportRefusals,
    Sensor,
    SetAside,
    SourceAccount,
    Treatment,
    TreatmentRemoval,
    VendorPatient,
)
from glucose.provenance import Source
from glucose.services.exclusions import settle
from patients.care_models import Note, NoteVersion, Review
from patients.models import Consent, Patient, PatientTimeZone
from tests.api.asserting import NOW
from tests.conftest import put, tokens_of
from work.models import DeadLetter, Notification, OutboxEntry, Task

HOST: Final = "clinic.example.org"
REFRESH: Final = "<the refresh token of the last answer>"
FIXED: Final = tuple(UUID(f"01957a3c-0000-7000-8000-{number:012}") for number in (*range(1, 17), 21))
(
    PATIENT,
    ACCOUNT,
    CONSENT,
    TASK,
    USER,
    CLINIC,
    INVITED,
    SESSION,
    KEY,
    EXCLUSION,
    TREATMENT,
    NOTE,
    REVIEW,
    LETTER,
    WEBHOOK,
    NOTIFICATION,
    ALERT,
) = FIXED
IMPORT, FILE = (UUID(f"01957a3c-0000-7000-8000-{number:012}") for number in (41, 42))
IDS: Final = frozenset(str(one) for one in (*FIXED, IMPORT, FILE))
PLACES: Final = {
    "patient_id": PATIENT,
    "account_id": ACCOUNT,
    "vendor_id": "v-1",
    "consent_id": CONSENT,
    "task_id": TASK,
    "session_id": SESSION,
    "key_id": KEY,
    "member_id": INVITED,
    "exclusion_id": EXCLUSION,
    "treatment_id": TREATMENT,
    "note_id": NOTE,
    "letter_id": LETTER,
    "webhook_id": WEBHOOK,
    "notification_id": NOTIFICATION,
    "import_id": IMPORT,
    "alert_id": ALERT,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A client of the clinic's administrator, and a refresh token that is not used yet."""

    api: APIClient
    refresh: str

    def send(self, path: str, method: str, query: Mapping[str, str], body: Any, **more: Any) -> Any:
        """The answer to an example's request; ``more`` is for the client."""
        address = path.format(**PLACES)
        more = {"HTTP_HOST": HOST, "secure": True, "QUERY_STRING": urlencode(query), **more}
        if body is None:
            return getattr(self.api, method)(address, **more)
        given = {name: self.refresh if value == REFRESH else value for name, value in body.items()}
        if "file" in given:
            given = {name: json.dumps(value) if isinstance(value, bool) else value for name, value in given.items()}
            given["file"] = SimpleUploadedFile("file", given["file"].encode())
        return getattr(self.api, method)(address, given, format="multipart" if "file" in given else "json", **more)


@cache
def _hashed() -> str:
    return make_password("correct horse battery")


def set_stage(*, readings: int = 14 * 288) -> Stage:
    """An administrator, who invited somebody, with one of everything: patient, account, person who waits, task, key."""
    clinic = Clinic.objects.create(id=CLINIC, name="Clínica Norte")
    user = User.objects.create(id=USER, username="ana", name="Ana Lima", password=_hashed())
    Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN)
    invited = User.objects.create(
        id=INVITED, username="rui@example.org", email="rui@example.org", name="Rui Alves", is_active=False
    )
    Membership.objects.create(user=invited, clinic=clinic, role=Role.CLINICIAN)
    Invitation.objects.create(user=invited, invited_by=user, expires_at=NOW + timedelta(days=3))
    _record(clinic, user, readings)
    account = SourceAccount.objects.create(id=ACCOUNT, clinic=clinic, email="a@example.org", password="x")
    VendorPatient.objects.create(account=account, vendor_id="v-1", first_name="Davi", last_name="Reis")
    _follow(account, user)
    _treat()
    _care()
    _import(user)
    Task.objects.create(
        id=TASK, owner=user, kind="librelinkup_sync", actor="sync_account", queue="default", status="done", progress=1
    )
    DeadLetter.objects.create(
        id=LETTER,
        message_id="01957a3c-0000-7000-8000-000000000098",
        actor="sync_account",
        queue="default",
        arguments={"account_id": str(ACCOUNT), "task_id": str(TASK)},
        reason="It took longer than its time limit.",
        attempts=4,
        died_at=NOW - timedelta(hours=1),
        task_id=TASK,
        clinic_id=CLINIC,
    )
    Notification.objects.create(
        id=NOTIFICATION, user=user, kind="task_done", subject={"task": str(TASK)}, created_at=NOW
    )
    tokens = tokens_of(user)
    _sign_in(clinic, user)
    _listen(clinic)
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
    return Stage(api, tokens.refresh)


def _sign_in(clinic: Clinic, user: User) -> None:
    """Another session of the administrator, and a program's key."""
    began = NOW - timedelta(days=1)
    times = {"created_at": began, "last_used_at": began, "expires_at": began + timedelta(days=7)}
    Session.objects.create(id=SESSION, user=user, refresh_id=uuid4(), address="198.51.100.7", **times)
    Session.objects.update(user_agent="Mozilla/5.0 (X11; Linux x86_64)")
    program = User.objects.create(username="service-laboratory", name="Laboratory")
    Membership.objects.create(user=program, clinic=clinic, role=Role.SERVICE)
    ServiceKey.objects.create(
        id=KEY, user=program, name="Laboratory", scopes=["patients:read"], digest="-", created_at=began
    )


def _listen(clinic: Clinic) -> None:
    """A program that is told of alerts, of one of them already."""
    Webhook.objects.create(
        id=WEBHOOK,
        clinic=clinic,
        url="https://ward.example.org/saude",
        description="Ward display",
        events=["alert.opened"],
        secret="-",
        created_at=NOW - timedelta(days=1),
        last_success_at=NOW - timedelta(hours=1),
    )
    OutboxEntry.objects.create(
        kind="webhook",
        key=f"alert:{TASK}:opened:{WEBHOOK}",
        lane=f"patient:{PATIENT}:webhook:{WEBHOOK}",
        payload={"webhook": str(WEBHOOK), "event": "alert.opened", "subject": {"alert": str(TASK)}},
        state=OutboxEntry.State.DELIVERED,
        attempts=1,
        put_at=NOW - timedelta(hours=1),
        settled_at=NOW - timedelta(hours=1),
    )


def ask_for_terms() -> None:
    """The vendor wants the account's terms accepted."""
    SourceAccount.objects.filter(id=ACCOUNT).update(state="terms_required", pending_step="tou")


def link_person() -> None:
    """The person who waits is the patient."""
    VendorPatient.objects.filter(vendor_id="v-1").update(patient=PATIENT, state="linked")


def exclude_night() -> None:
    """A compression low of the patient is excluded."""
    start = NOW - timedelta(days=2, hours=9)
    said = {"reason": "compression_low", "note": "Slept on the arm.", "author_id": USER}
    made = Exclusion.objects.create(
        id=EXCLUSION, patient_id=PATIENT, start=start, end=start + timedelta(minutes=40), created_at=NOW, **said
    )
    settle(PATIENT, made.start, made.end, NOW)


def raise_alert() -> None:
    """The patient is low, and somebody was told."""
    rung = {"opened_at": NOW - timedelta(minutes=10), "told_at": NOW - timedelta(minutes=10)}
    began = NOW - timedelta(minutes=12)
    alert = Alert.objects.create(
        id=ALERT,
        clinic_id=CLINIC,
        patient_id=PATIENT,
        kind="urgent_low",
        mg_dl=51,
        started_at=began,
        seen_until=NOW - timedelta(minutes=2),
        tell_at=rung["told_at"],
        escalate_at=NOW + timedelta(minutes=5),
        next_at=NOW + timedelta(minutes=5),
        **rung,
    )
    AlertEvent.objects.create(alert=alert, what="opened", at=rung["opened_at"], reading_at=began, mg_dl=51)


def take_back() -> None:
    """The patient's bolus was taken back."""
    said = {"reason": "Written down twice.", "removed_at": NOW, "removed_by_id": USER}
    TreatmentRemoval.objects.create(treatment_id=TREATMENT, **said)


def fail_task() -> None:
    """The task did not come to its end."""
    visit = {"account_id": str(ACCOUNT)}
    Task.objects.filter(id=TASK).update(status="failed", error="The vendor did not answer.", arguments=visit)


def keep_waiting() -> None:
    """The task waits for a worker."""
    Task.objects.filter(id=TASK).update(status="pending", progress=0)


def _follow(account: SourceAccount, user: User) -> None:
    """What a sync left behind: the account's history, the patient's sensors, and what was missing."""
    told = {"first_seen_at": NOW - timedelta(days=2), "last_seen_at": NOW - timedelta(days=1)}
    SetAside.objects.create(
        account=account,
        digest="x",
        reason="an item has no usable ValueInMgPerDl",
        content='{"FactoryTimestamp":"3/14/2026 12:00:00 PM","ValueInMgPerDl":0}',
        times=2,
        **told,
    )
    AccountEvent.objects.create(account=account, at=NOW - timedelta(days=9), state="active", user=user)
    AccountEvent.objects.create(
        account=account,
        at=NOW - timedelta(days=3),
        state="rate_limited",
        detail="LibreLinkUp asks to wait.",
        next_attempt_at=NOW - timedelta(days=3) + timedelta(minutes=15),
    )
    _miss()


def _import(user: User) -> None:
    """A file that a dry run found well, but for two lines."""
    found = Import.objects.create(
        id=IMPORT,
        patient_id=PATIENT,
        requested_by=user,
        created_at=NOW - timedelta(hours=2),
        file=ImportFile.objects.create(id=FILE, uploaded_by=user, created_at=NOW - timedelta(hours=2)),
        size=91_244,
        task_id=TASK,
        dry_run=True,
        zones=[[None, "America/Sao_Paulo"]],
        batch_size=10_000,
        state="checked",
        progress=1,
        format_found="libreview",
        date_order_found="day_first",
        **{"lines": 1_346, "glucose": 1_342, "stored": 96, "duplicates": 1_246, "treatments": 0},
        refused={"time_does_not_exist": 2},
        first_time=NOW - timedelta(days=14),
        last_time=NOW - timedelta(days=1),
        started_at=NOW - timedelta(hours=2),
        finished_at=NOW - timedelta(hours=2),
    )
    words = "the clocks never showed this time in the zone; is timezone that of the file?"
    lines = [(line, "time_does_not_exist", words) for line in (211, 212)]
    ImportRefusals.objects.create(of=found, position=1_344, lines=lines)


def run_import_now() -> None:
    """A worker has begun to store it."""
    Import.objects.filter(id=IMPORT).update(state="running", dry_run=False, progress=0.4, finished_at=None)


# What an example's ``stage`` changes beside the number of readings.
CHANGES: Final = {
    "terms": ask_for_terms,
    "linked": link_person,
    "excluded": exclude_night,
    "failed": fail_task,
    "waiting": keep_waiting,
    "removed": take_back,
    "running": run_import_now,
    "alarmed": raise_alert,
}


def _miss() -> None:
    """The patient's sensors, and what was missing of them."""
    swap, began = NOW - timedelta(days=6), NOW - timedelta(days=14, hours=2)
    seen = {"patient_id": PATIENT, "first_seen_at": began}
    Sensor.objects.create(serial="MH00A1", activated_at=swap - timedelta(days=14), ended_at=swap, **seen)
    Sensor.objects.create(serial="MH00B2", activated_at=swap - timedelta(hours=1), **seen)
    GapLedger.objects.create(patient_id=PATIENT, since=began)
    for start, hours, state in ((began, 2, "lost"), (NOW - timedelta(days=2), 1, "filled")):
        end = start + timedelta(hours=hours)
        times = {"start": start, "end": end, "noticed_at": end, "closed_at": end + timedelta(days=1)}
        Gap.objects.create(patient_id=PATIENT, state=state, cause="phone", tries=2, **times)


def _treat() -> None:
    """A meal of the last half hour, and the insulin for it."""
    told = {"patient_id": PATIENT, "utc_offset_minutes": -180, "source": Source.UPLOAD, "received_at": NOW}
    for minutes, kind, amount, unit in ((25, "rapid_insulin", "5.5", "U"), (20, "carbohydrates", "60", "g")):
        time, given = NOW - timedelta(minutes=minutes), {"kind": kind, "amount": Decimal(amount), "unit": unit}
        Treatment.objects.create(**({"id": TREATMENT} if unit == "U" else {}), time=time, **given, **told)


def _care() -> None:
    """A note that was edited, and a review of three weeks ago."""
    began = NOW - timedelta(days=21)
    Note.objects.create(id=NOTE, patient_id=PATIENT, start=NOW - timedelta(days=2, hours=9))
    for hours, text in ((20, "Low before breakfast."), (21, "Low before breakfast, after a run.")):
        version = {"author_id": USER, "written_at": NOW - timedelta(days=2, hours=-hours)}
        NoteVersion.objects.create(note_id=NOTE, text=text, **version)
    Review.objects.create(
        id=REVIEW,
        patient_id=PATIENT,
        reviewed_at=began,
        reviewed_on=began.date(),
        reviewer_id=USER,
        outcome="treatment_changed",
        note="Less insulin at night.",
        next_on=(began + timedelta(days=14)).date(),
        next_by_cadence=True,
    )


def _record(clinic: Clinic, user: User, readings: int) -> None:
    patient = Patient.objects.create(
        id=PATIENT, clinic=clinic, name="Carla Souza", timezone="America/Sao_Paulo", external_ref="MRN-0001"
    )
    PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone)
    Consent.objects.create(
        id=CONSENT,
        patient=patient,
        recorded_by=user,
        purpose="research",
        version="2025-06",
        granted_at=NOW - timedelta(days=60),
    )
    # Up and down, mostly in the target range.
    values = [130 + (number * 7 % 173 - 86) * (number % 5) // 4 for number in range(readings)]
    if values:
        put(patient, *values, start=NOW - timedelta(minutes=5 * readings), offset=-180, now=NOW)
