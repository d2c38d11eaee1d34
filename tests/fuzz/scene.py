"""Who asks, and what exists: the stage of the examples with a person of every role, and a second of everything."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid5

from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from glucose.models import Import, ImportFile, SourceAccount, VendorPatient
from patients.models import CareAssignment, Patient
from tests.api.asserting import NOW
from tests.api.stage import ACCOUNT, CLINIC, IMPORT, PATIENT, PLACES, TASK, USER, exclude_night, raise_alert, set_stage
from tests.conftest import tokens_of
from tests.contract import document
from work.models import Task

NOBODY: Final = "nobody"
WAITING: Final = uuid5(ACCOUNT, "terms")
FAILED, PENDING, RUNNING = uuid5(TASK, "failed"), uuid5(TASK, "pending"), uuid5(IMPORT, "running")
# What exists, where it is not what most operations are about.
PLACES_OF: Final = {
    "librelinkup_accounts_accept_terms": {"account_id": str(WAITING)},
    "librelinkup_unlink": {"vendor_id": "v-2"},
    "tasks_retry": {"task_id": str(FAILED)},
    "tasks_cancel": {"task_id": str(PENDING)},
    "imports_cancel": {"import_id": str(RUNNING)},
}
ROLES: Final = (*(str(role) for role in Role), NOBODY)


@dataclass(frozen=True, slots=True)
class Scene:
    """By role the tokens and what stands in paths; a refresh token that is good, and a cursor for each list."""

    tokens: dict[str, str]
    refresh: str
    places: dict[str, dict[str, str]]
    cursors: dict[str, str]


def set_scene(readings: int = 600) -> Scene:
    """Set it up; whoever calls takes it back."""
    stage = set_stage(readings=readings)
    exclude_night()
    raise_alert()
    clinic = Clinic.objects.get(id=CLINIC)
    tokens = {Role.ADMIN.value: _token(User.objects.get(id=USER))}
    shared = {name: str(value) for name, value in PLACES.items()}
    places = dict.fromkeys(ROLES, shared)
    for role in set(Role) - {Role.ADMIN}:
        user = User.objects.create(username=f"fuzz-{role}", name=role.value)
        Membership.objects.create(user=user, clinic=clinic, role=role)
        task = Task.objects.create(
            id=uuid5(TASK, role), owner=user, kind="x", actor="x", queue="default", status="done"
        )
        places[role.value] = shared | {"task_id": str(task.id)}
        tokens[role.value] = _token(user)
    _people(clinic)
    # A patient who reads their own record, and a clinician who has them in care.
    Patient.objects.filter(id=PATIENT).update(user=User.objects.get(username=f"fuzz-{Role.PATIENT}"))
    CareAssignment.objects.create(patient_id=PATIENT, user=User.objects.get(username=f"fuzz-{Role.CLINICIAN}"))
    return Scene(tokens, stage.refresh, places, _cursors(stage.api))


def _token(user: User) -> str:
    return f"Bearer {tokens_of(user).access}"


def _people(clinic: Clinic) -> None:
    linked, _ = (
        Patient.objects.create(clinic=clinic, name=f"Bia {number}", timezone="Europe/Lisbon") for number in range(2)
    )
    SourceAccount.objects.create(
        id=WAITING, clinic=clinic, email="b@example.org", password="x", state="terms_required", pending_step="tou"
    )
    VendorPatient.objects.create(
        account_id=ACCOUNT, vendor_id="v-2", first_name="Eva", last_name="Lima", patient=linked, state="linked"
    )
    visit: dict[str, Any] = {"owner_id": USER, "kind": "librelinkup_sync", "actor": "sync_account", "queue": "default"}
    for one, status in ((FAILED, "failed"), (PENDING, "pending")):
        Task.objects.create(id=one, status=status, arguments={"account_id": str(ACCOUNT)}, **visit)
    running = Import.objects.get(id=IMPORT)
    running.pk, running.file = RUNNING, ImportFile.objects.create(uploaded_by_id=USER)
    running.state, running.dry_run, running.finished_at, running.task_id = "running", False, None, PENDING
    running.save(force_insert=True)
    for number in range(2):
        created = NOW - timedelta(hours=number)
        Task.objects.create(owner_id=USER, kind="x", actor="x", queue="default", status="failed", created_at=created)


def _cursors(api: Any) -> dict[str, str]:
    """A cursor of each list that has more than one page, by operation."""
    found = {}
    for name, (path, method, operation) in document.operations(document.generated()).items():
        if method == "get" and any(one["name"] == "cursor" for one in operation.get("parameters", [])):
            query = {"page_size": "1", "per_patient": "true"} if name == "readings_latest" else {"page_size": "1"}
            link = api.get(path.format(**PLACES), query, HTTP_HOST="localhost").json()["next"]
            if link:
                found[name] = link.partition("cursor=")[2].partition("&")[0]
    return found
