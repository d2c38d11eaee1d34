"""Two clinics with everything that one must not see of the other, and a third whose clinicians see all of it.

Made by the database's owner.

``python -m tests.security.world`` migrates the database of DATABASE_URL, fills it, and prints what is there as JSON;
``--plain`` where the server has no TimescaleDB.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

# Nothing of ours shows these by chance: where they appear, a reading or a person of the other clinic was seen.
HIDDEN_MG_DL: Final = 377
HIDDEN_NAME: Final = "Zenobia Quartzo"
HIDDEN_REF: Final = "MRN-QZX-377"
OWN_MG_DL: Final = 123
OWN_NAME: Final = "Ana Souza"
WHY_TARGETS: Final = "lows at night"
PASSWORD: Final = "correct horse battery"
DAYS: Final = 10
NOW: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(slots=True)
class Inside:
    """The ids of one clinic's things, each by a word for it, and what its people sign in by."""

    clinic: str
    users: dict[str, str] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    treatments: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    notifications: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    webhooks: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    refresh: str = ""

    def things(self) -> set[str]:
        """The ids of what the database shows to nobody but the clinic."""
        kinds = (
            self.patients, self.consents, self.exclusions, self.treatments, self.notes, self.accounts, self.tasks,
            self.failed, self.notifications, self.letters, self.webhooks, self.imports, self.alerts,
        )  # fmt: skip
        return {one for kind in kinds for one in kind.values()}

    def people(self) -> set[str]:
        """The ids of what the application's role must read before anyone is known, and the API tells to nobody else."""
        return {self.clinic, *(one for kind in (self.users, self.sessions, self.keys) for one in kind.values())}


@dataclass(slots=True)
class World:
    """Our clinic, the other, and one whose clinicians see all of its patients."""

    ours: Inside
    theirs: Inside
    open: Inside

    @classmethod
    def read(cls, text: str) -> "World":
        """From what ``python -m tests.security.world`` prints."""
        return cls(**{name: Inside(**one) for name, one in json.loads(text).items()})

    def hidden(self) -> set[str]:
        """What of the other clinic no statement of ours may show."""
        return {HIDDEN_NAME, HIDDEN_REF, str(HIDDEN_MG_DL), *self.theirs.things()}


def make() -> World:
    """Fill an empty database."""
    return World(
        _clinic("Clínica Norte", OWN_NAME, None, OWN_MG_DL),
        _clinic("Clínica Sul", HIDDEN_NAME, HIDDEN_REF, HIDDEN_MG_DL),
        _clinic("Clínica Leste", OWN_NAME, None, OWN_MG_DL, clinicians_see_all=True),
    )


def settle() -> None:
    """Everything everywhere: in row form, in the columnstore, and in the aggregate. Not inside of a transaction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')")
        if cursor.fetchone() == (True,):
            cursor.execute(
                "SELECT compress_chunk(chunk) FROM show_chunks('reading', older_than => %s::timestamptz) AS chunk",
                [NOW - timedelta(days=5)],
            )
            cursor.execute("CALL refresh_continuous_aggregate('reading_day', %s, %s)", [NOW - 2 * DAYS * DAY, NOW])
        cursor.execute("ANALYZE")


DAY: Final = timedelta(days=1)


def _clinic(name: str, patient_name: str, reference: str | None, mg_dl: int, **settings: Any) -> Inside:
    from accounts.models import Clinic
    from accounts.roles import Role

    clinic = Clinic.objects.create(name=name, **settings)
    inside = Inside(str(clinic.id))
    roles: dict[str, Role | None] = {role.value: role for role in Role}
    roles |= {
        "unassigned": Role.CLINICIAN,
        "neighbour": Role.PATIENT,
        "newcomer": Role.PATIENT,
        "deactivated": Role.ADMIN,
        "outsider": None,
    }
    for label, role in roles.items():
        _user(inside, label, role)
    _invited(inside)
    for label in ("cared", "uncared", "followed", "deleted"):
        inside.patients[label] = _patient(inside, label, patient_name, reference, mg_dl)
    _sources(inside, patient_name)
    _rules(inside)
    _told(inside)
    _keys(inside)
    _letters(inside)
    _webhooks(inside)
    _factors(inside)
    return inside


def _user(inside: Inside, label: str, role: Any) -> None:
    """Somebody who has signed in, and whose task is under way."""
    from django.utils import timezone

    from accounts.models import Membership, Session, User
    from accounts.sessions import _pair
    from work.models import Task

    user = User(username=f"{label}@{inside.clinic}", email=f"{label}@{inside.clinic}.example", name=label)
    user.set_password(PASSWORD) if label in WITH_PASSWORD else user.set_unusable_password()
    user.save()
    inside.users[label] = str(user.id)
    if role is not None:
        Membership.objects.create(user=user, clinic_id=inside.clinic, role=role)
    # Not by a sign-in, which acts as the application: the owner may not become it.
    now = timezone.now()
    lasts = {"created_at": now, "last_used_at": now, "expires_at": now + DAY}
    session = Session.objects.create(user=user, refresh_id=uuid4(), address="127.0.0.1", **lasts)
    pair = _pair(session.id, session.refresh_id, now)
    inside.bearers[label], inside.refresh = pair.access, inside.refresh or pair.refresh
    inside.sessions[label] = str(session.id)
    task = Task.objects.create(owner=user, kind="librelinkup_sync", actor="sync_account", queue="default")
    inside.tasks[label] = str(task.id)
    if label == "deactivated":
        User.objects.filter(id=user.id).update(is_active=False)


def _letters(inside: Inside) -> None:
    """A visit that was given up, and a task of an administrator that was."""
    from django.utils import timezone

    from work.models import DeadLetter

    for label, arguments in {
        "account": {"account_id": inside.accounts["account"]},
        "task": {"account_id": inside.accounts["account"], "task_id": inside.failed["admin"]},
    }.items():
        letter = DeadLetter.objects.create(
            message_id=f"{label} of {inside.clinic}",
            actor="sync_account",
            queue="default",
            arguments=arguments,
            reason="It took longer than its time limit.",
            died_at=timezone.now(),  # what is old the worker forgets
            task_id=arguments.get("task_id"),
            clinic_id=inside.clinic,
        )
        inside.letters[label] = str(letter.id)


def _told(inside: Inside) -> None:
    """Everybody's visit to the vendor that failed, and a notification of it."""
    from work.models import Notification, Task

    visit: dict[str, Any] = {"kind": "librelinkup_sync", "actor": "sync_account", "queue": "default"}
    visit["arguments"] = {"account_id": inside.accounts["account"]}
    for label in inside.sessions:
        user = inside.users[label]
        inside.failed[label] = str(Task.objects.create(owner_id=user, status="failed", **visit).id)
        subject = {"task": inside.failed[label]}
        told = Notification.objects.create(user_id=user, kind="task_failed", subject=subject)
        inside.notifications[label] = str(told.id)


# Argon2 is slow on purpose.
WITH_PASSWORD: Final = {"admin", "clinician"}
NARROW: Final = ("patients:read", "statistics:read")


def _invited(inside: Inside) -> None:
    from accounts.models import Invitation, Membership, User
    from accounts.roles import Role

    user = User.objects.create(username=f"invited@{inside.clinic}.example", name="invited", is_active=False)
    Membership.objects.create(user=user, clinic_id=inside.clinic, role=Role.RESEARCHER)
    Invitation.objects.create(user=user, invited_by_id=inside.users["admin"])
    inside.users["invited"] = str(user.id)


def _factors(inside: Inside) -> None:
    """Second factors and a provider's name of somebody who is not signed in by any part of the run."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt
    from allauth.socialaccount.models import SocialAccount

    SocialAccount.objects.create(user_id=inside.users["deactivated"], provider="oidc", uid=inside.clinic)
    secrets = {"totp": {"secret": encrypt("JBSWY3DPEHPK3PXP")}, "recovery_codes": {"seed": encrypt("0" * 80)}}
    for kind, data in secrets.items():
        Authenticator.objects.create(user_id=inside.users["deactivated"], type=kind, data=data)


def _keys(inside: Inside) -> None:
    """A key with every scope, and two with one each."""
    from django.utils import timezone

    from accounts.keys import create_key
    from accounts.models import Membership
    from accounts.roles import Scope

    admin = Membership.objects.select_related("clinic").get(user_id=inside.users["admin"]).caller()
    for name, scopes in {"every scope": list(Scope), **{name: [Scope(name)] for name in NARROW}}.items():
        key, secret = create_key(admin, name=name, scopes=scopes, now=timezone.now())
        inside.keys[name], inside.bearers[name] = str(key.id), secret
        inside.users[name] = str(key.user_id)


def _webhooks(inside: Inside) -> None:
    """A program that is told of alerts, and of one of them already."""
    from accounts.models import Webhook
    from work.models import OutboxEntry

    told = {"url": "https://ward.example.org/", "events": ["alert.opened"], "secret": "whsec_AAAA", "created_at": NOW}
    webhook = Webhook.objects.create(clinic_id=inside.clinic, **told)
    inside.webhooks["webhook"] = str(webhook.id)
    OutboxEntry.objects.create(
        kind="webhook",
        key=f"alert:{uuid4()}:opened:{webhook.id}",
        lane=f"patient:{uuid4()}:webhook:{webhook.id}",
        payload={"webhook": str(webhook.id), "event": "alert.opened", "subject": {}},
        state=OutboxEntry.State.DELIVERED,
        settled_at=NOW,
    )


def _patient(inside: Inside, label: str, name: str, reference: str | None, mg_dl: int) -> str:
    from patients.models import CareAssignment, Consent, Patient, PatientTargets, PatientTimeZone
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
    consent = Consent.objects.create(
        patient=patient, purpose="research", version="1", granted_at=NOW, recorded_by_id=inside.users["admin"]
    )
    inside.consents[label] = str(consent.id)
    PatientTargets.objects.create(
        patient=patient, target_set="t1_t2", since=NOW, set_by_id=inside.users["admin"], reason=WHY_TARGETS
    )
    if label in ("cared", "deleted"):
        CareAssignment.objects.create(patient=patient, user_id=inside.users["clinician"])
    put(patient, *[mg_dl] * (DAYS * 288), start=NOW - DAYS * DAY, now=NOW)
    inside.exclusions[label] = _excluded(patient, inside.users["admin"], name)
    inside.treatments[label] = _treated(patient, inside.users["admin"], name)
    inside.notes[label] = _cared_for(patient, inside.users["admin"], name)
    _imported(inside, patient, label)
    inside.alerts[label] = _alert(inside.clinic, "urgent_low", patient=patient, mg_dl=mg_dl)
    _missing(patient)
    if label == "deleted":
        Patient.objects.filter(id=patient.id).update(deleted_at=NOW)
    return str(patient.id)


def _imported(inside: Inside, patient: Any, label: str) -> None:
    """A file that a dry run found well but for a line, and one that is being stored."""
    from glucose.models import Import, ImportFile, ImportRefusals

    for name, state in ((label, "checked"), (f"{label}, running", "running")):
        file = ImportFile.objects.create(uploaded_by_id=inside.users["admin"])
        row = Import.objects.create(
            patient=patient,
            requested_by_id=inside.users["admin"],
            file=file,
            size=1,
            dry_run=state == "checked",
            zones=[[None, "UTC"]],
            batch_size=1,
            state=state,
            format_found="libreview",
        )
        ImportRefusals.objects.create(of=row, position=1, lines=[[3, "too_old", "the time is before 1999"]])
        inside.imports[name] = str(row.id)


def _excluded(patient: Any, author: str, note: str) -> str:
    """The hour before the first reading, which holds none."""
    from glucose.models import Exclusion

    first = NOW - DAYS * DAY
    said = {"reason": "warm_up", "note": note, "author_id": author}
    return str(Exclusion.objects.create(patient=patient, start=first - DAY / 24, end=first, **said).id)


def _treated(patient: Any, author: str, note: str) -> str:
    """Insulin of yesterday, that was taken back and restored."""
    from glucose.models import Treatment, TreatmentRemoval

    told = {"kind": "rapid_insulin", "amount": 4, "unit": "U", "note": note}
    row = Treatment.objects.create(patient=patient, time=NOW - DAY, utc_offset_minutes=0, source=20, **told)
    by = {"removed_by_id": author, "restored_by_id": author}
    TreatmentRemoval.objects.create(treatment=row, reason=note, removed_at=NOW, restored_at=NOW, **by)
    return str(row.id)


def _cared_for(patient: Any, author: str, note: str) -> str:
    """A note, a review and a cadence."""
    from patients.care_models import Note, NoteVersion, PatientCadence, Review

    row = Note.objects.create(patient=patient, start=NOW - DAY)
    NoteVersion.objects.create(note=row, text=note, author_id=author, written_at=NOW)
    days = {"reviewed_on": NOW.date(), "next_on": (NOW + DAY).date(), "next_by_cadence": True}
    said = {"reviewer_id": author, "outcome": "no_change", "note": note}
    Review.objects.create(patient=patient, reviewed_at=NOW, **days, **said)
    PatientCadence.objects.create(patient=patient, kind="weekly", set_by_id=author, set_at=NOW)
    return str(row.id)


def _alert(clinic: str, kind: str, **fields: Any) -> str:
    """One that is open, with its beginning."""
    from accounts.models import Membership
    from analytics.models import Alert, AlertEvent, AlertRule, AlertState

    times = dict.fromkeys(("started_at", "opened_at", "seen_until", "tell_at", "told_at", "next_at"), NOW)
    alert = Alert.objects.create(clinic_id=clinic, kind=kind, **times, **fields)
    AlertEvent.objects.create(alert=alert, what="opened", at=NOW, mg_dl=alert.mg_dl)
    if patient := alert.patient:
        AlertState.objects.create(patient=patient, version=1, evaluated_at=NOW)
        by = Membership.objects.filter(clinic_id=clinic, role="admin").order_by("user_id")[0].user_id
        AlertRule.objects.create(
            clinic_id=clinic, patient=patient, kind="low", threshold_mg_dl=alert.mg_dl, set_by_id=by
        )
    return str(alert.id)


def _missing(patient: Any) -> None:
    """Readings were expected an hour before the first came."""
    from glucose.models import Gap, GapLedger, Sensor

    began = NOW - DAYS * DAY - timedelta(hours=1)
    GapLedger.objects.create(patient=patient, since=began)
    Gap.objects.create(
        patient=patient, start=began, end=NOW - DAYS * DAY, state="lost", cause="phone", noticed_at=NOW, closed_at=NOW
    )
    Sensor.objects.create(patient=patient, serial="S-1")


def _rules(inside: Inside) -> None:
    """How the clinic reviews."""
    from patients.care_models import ClinicReviews

    by = {"set_by_id": inside.users["admin"], "set_at": NOW}
    ClinicReviews.objects.create(clinic_id=inside.clinic, timezone="UTC", kind="two_weekly", **by)


def _sources(inside: Inside, name: str) -> None:
    """An account with a person who waits, one who is linked, and what became of it; and one that waits for consent."""
    from glucose.models import AccountEvent, SetAside, SourceAccount, VendorPatient

    for label in ("account", "waiting"):
        account = SourceAccount.objects.create(
            clinic_id=inside.clinic, email=f"{label}@{inside.clinic}.org", password="vendor password", token="token"
        )
        inside.accounts[label] = str(account.id)
    inside.alerts["account"] = _alert(inside.clinic, "account_action", subject_id=inside.accounts["waiting"])
    SourceAccount.objects.filter(id=account.id).update(state="terms_required", pending_step="tou")
    account = SourceAccount.objects.get(id=inside.accounts["account"])
    names = {"account": account, "first_name": name, "last_name": name}
    VendorPatient.objects.create(vendor_id=f"v-{inside.clinic}", **names)
    VendorPatient.objects.create(
        vendor_id=f"l-{inside.clinic}", patient_id=UUID(inside.patients["followed"]), state="linked", **names
    )
    AccountEvent.objects.create(account=account, at=NOW, state="rate_limited", user_id=UUID(inside.users["admin"]))
    SetAside.objects.create(
        account=account, digest="x", reason="x", content=json.dumps({"of": name}), first_seen_at=NOW, last_seen_at=NOW
    )


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
    settle()
    print(json.dumps(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
