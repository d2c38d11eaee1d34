"""No label of a metric says who somebody is: every one is walked after traffic that is full of canaries."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import dramatiq
import pytest
from django.test import Client
from dramatiq.middleware import SkipMessage
from prometheus_client import REGISTRY, Metric

from accounts.models import Clinic
from glucose.models import SourceAccount, VendorPatient
from patients.models import Patient
from project.actors import import_actors
from project.metrics.figures import DatabaseFigures
from project.metrics.machine import MachineFigures
from project.metrics.queues import RedisFigures
from project.metrics.schedules import ScheduleFigures
from tests.conftest import Member
from work.actor_metrics import ActorMetrics

CANARY: Final = "Zenobia-Quartzo"
NAMES: Final = {
    "route", "method", "status", "le", "actor", "queue", "outcome", "source", "state", "kind", "newest", "clinic",
    "host", "policy", "schedule", "holder", "version", "how", "volume", "replica",
    # Of Python itself.
    "generation", "implementation", "major", "minor", "patchlevel",
}  # fmt: skip
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def walked() -> Iterator[Metric]:
    """What this process would tell, and what the exporter would."""
    yield from REGISTRY.collect()
    for figures in (DatabaseFigures(), RedisFigures(), MachineFigures(), ScheduleFigures()):
        yield from figures.collect()


def labels() -> dict[str, set[str]]:
    """Every value of every label."""
    found: dict[str, set[str]] = {}
    for metric in walked():
        for sample in metric.samples:
            for name, value in sample.labels.items():
                found.setdefault(name, set()).add(value)
    return found


@pytest.fixture
def traffic(admin: Member, patient: Patient, clinic: Clinic, make_patient: Callable[..., Patient]) -> None:
    """Requests of every kind, a visit's person, and messages, with canaries wherever somebody may write."""
    someone = make_patient(clinic, name=CANARY)
    account = SourceAccount.objects.create(clinic=clinic, email=f"{CANARY}@example.org", password=CANARY)
    VendorPatient.objects.create(
        account=account,
        vendor_id=CANARY,
        first_name=CANARY,
        patient=someone,
        state="linked",
        newest_at=datetime.now(UTC),
    )
    admin.api.get("/api/v1/patients/", {"search": CANARY})
    admin.api.get(f"/api/v1/patients/{someone.id}/", headers={"X-Request-ID": CANARY, "User-Agent": CANARY})
    admin.api.get(f"/api/v1/librelinkup/accounts/{account.id}/people/{CANARY}/unlink/")
    readings = {"readings": [{"time": "2026-01-01T08:00:00Z", "value": 112}, {"time": CANARY, "value": 5}]}
    address = f"/api/v1/patients/{patient.id}/readings/"
    admin.api.post(address, json.dumps(readings), content_type="application/json")
    client = Client(raise_request_exception=False)
    client.get(f"/{CANARY}/")
    client.get(f"/account/invitation/{CANARY}/")
    client.generic(CANARY.upper(), "/health/live/")
    client.post("/api/v1/auth/token/", {"username": CANARY, "password": CANARY}, content_type="application/json")
    pretend(CANARY, {"name": CANARY})


def pretend(actor: str, arguments: dict[str, Any]) -> None:
    """A message passes our middleware, as a worker would have it pass."""
    broker, counting = dramatiq.get_broker(), ActorMetrics()
    message: Any = dramatiq.Message("default", actor, (), arguments, {"canary": CANARY})
    proxy = dramatiq.MessageProxy(message)
    counting.before_process_message(broker, proxy)
    counting.after_process_message(broker, proxy, exception=ValueError(CANARY))


@pytest.mark.usefixtures("traffic")
class TestLabels:
    def test_none_holds_what_somebody_wrote(self) -> None:
        wrong = {name: values for name, values in labels().items() if CANARY.lower() in "\n".join(values).lower()}

        assert wrong == {}

    def test_the_one_id_is_that_of_a_clinic(self, clinic: Clinic) -> None:
        found = {name: values for name, values in labels().items() if any(map(UUID.search, values))}

        assert found == {"clinic": {str(clinic.id)}}

    def test_each_is_of_those_that_are_known(self) -> None:
        assert set(labels()) <= NAMES

    def test_a_request_is_counted_by_its_pattern_and_by_a_method_that_there_is(self) -> None:
        found = labels()

        assert "/api/v1/patients/<uuid:patient_id>/" in found["route"]
        assert "unmatched" in found["route"]
        assert "other" in found["method"]
        assert "unknown" in found["actor"]


def number(name: str, **labels: str) -> float:
    """What is counted of it so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_readings_are_counted_by_what_became_of_them(
    admin: Member, patient: Patient, django_capture_on_commit_callbacks: Any
) -> None:
    kinds = ("stored", "duplicate", "refused")
    before = [number("saude_readings_total", source="upload", outcome=kind) for kind in kinds]
    body = {
        "readings": [
            {"time": "2026-01-01T08:00:00Z", "value": 112},
            {"time": "2026-01-01T08:00:30Z", "value": 113},
            {"time": "2026-01-01T09:00:00Z", "value": 5},
            {"time": "2026-01-01T10:00:00Z", "value": 120},
        ]
    }

    with django_capture_on_commit_callbacks(execute=True):
        admin.api.post(f"/api/v1/patients/{patient.id}/readings/", json.dumps(body), content_type="application/json")

    after = [number("saude_readings_total", source="upload", outcome=kind) for kind in kinds]
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 1, 1]


class TestActors:
    @pytest.fixture
    def broker(self) -> Any:
        import_actors()
        return dramatiq.get_broker()

    @pytest.mark.parametrize(
        ("failed", "exception", "outcome"),
        [
            (False, None, "done"),
            (False, ValueError("x"), "failed"),
            (True, ValueError("x"), "given_up"),
            (False, dramatiq.middleware.Shutdown(), "handed_back"),
        ],
    )
    def test_a_message_counts_as_what_became_of_it(
        self, broker: Any, failed: bool, exception: Any, outcome: str
    ) -> None:
        labels = {"actor": "sync_account", "queue": "default", "outcome": outcome}
        before = number("saude_actor_seconds_count", **labels)
        counting, message = (
            ActorMetrics(),
            dramatiq.MessageProxy(dramatiq.Message("default", "sync_account", (), {}, {})),
        )

        counting.before_process_message(broker, message)
        at_work = number("saude_actor_messages_in_progress", queue="default")
        message.failed = failed
        counting.after_process_message(broker, message, exception=exception)

        assert number("saude_actor_seconds_count", **labels) == before + 1
        assert number("saude_actor_messages_in_progress", queue="default") == at_work - 1

    def test_an_answer_that_the_actor_foresees_is_no_failure(self, broker: Any) -> None:
        throws = broker.actors["sync_account"].options["throws"]
        refusal = throws.__new__(throws)
        labels = {"actor": "sync_account", "queue": "default", "outcome": "refused"}
        before = number("saude_actor_seconds_count", **labels)
        counting, message = (
            ActorMetrics(),
            dramatiq.MessageProxy(dramatiq.Message("default", "sync_account", (), {}, {})),
        )

        counting.before_process_message(broker, message)
        message.fail()
        counting.after_process_message(broker, message, exception=refusal)

        assert number("saude_actor_seconds_count", **labels) == before + 1

    def test_it_is_counted_by_the_broker_of_the_product(self, broker: Any) -> None:
        assert [type(one) for one in broker.middleware].count(ActorMetrics) == 1

    def test_what_is_skipped_was_not_begun(self, broker: Any) -> None:
        labels = {"actor": "sync_account", "queue": "default", "outcome": "skipped"}
        before = number("saude_actor_seconds_count", **labels)
        counting, message = (
            ActorMetrics(),
            dramatiq.MessageProxy(dramatiq.Message("default", "sync_account", (), {}, {})),
        )

        counting.before_process_message(broker, message)
        message.stuff_exception(SkipMessage("too old"))
        counting.after_skip_message(broker, message)

        assert number("saude_actor_seconds_count", **labels) == before + 1
