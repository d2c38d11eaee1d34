"""Sync against the simulator, through the ordinary services and the real database."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from django.db import connection
from pytest_django import Settings

from glucose.account_states import AccountState
from glucose.models import Reading, Sensor, SourceAccount, VendorPatient
from glucose.provenance import Source
from glucose.services.sync import Visit, sync_account
from glucose.services.visitors import VisitSkipped
from glucose.sources.librelinkup_client import Client
from glucose.sources.port import SourceRefused
from patients.models import Patient
from simulator.process import SimulatorProcess
from tests.conftest import Member, put

START = datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
EMAIL = "clinic@example.org"


@pytest.fixture(scope="module")
def vendor() -> Iterator[SimulatorProcess]:
    with SimulatorProcess("--now", START.isoformat(), "--speed", "0") as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def vendor_settings(vendor: SimulatorProcess, settings: Settings) -> None:
    settings.LIBRELINKUP_GLOBAL_URL = vendor.url
    settings.LIBRELINKUP_REGION_URL = vendor.url + "/{region}"
    vendor.set_clock(now=START.isoformat(), speed=0)


@pytest.fixture
def account(vendor: SimulatorProcess, admin: Member) -> SourceAccount:
    email = f"{uuid4().hex}@example.org"
    vendor.create_account(email=email, password="right password", region="eu2")
    return SourceAccount.objects.create(clinic_id=admin.caller.clinic_id, email=email, password="right password")


@pytest.fixture
def follow(
    vendor: SimulatorProcess,
    account: SourceAccount,
    clinician: Member,
    make_patient: Callable[..., Patient],
    request: pytest.FixtureRequest,
) -> Callable[..., tuple[Patient, str]]:
    """A person of the account with a trace, linked to a patient; the same ones, and gaps, at every run."""
    count = itertools.count()

    def make(trace: dict[str, object] | None = None, timezone: str = "America/Sao_Paulo") -> tuple[Patient, str]:
        person = vendor.create_patient(
            id=str(uuid5(NAMESPACE_URL, f"{request.node.name} {next(count)}")),
            account=account.email,
            first_name="Ana",
            last_name="Souza",
            timezone=timezone,
            trace=trace or {"kind": "generator", "profile": "meeting_targets", "seed": 7},
        )
        patient = make_patient(clinician.user.membership.clinic, clinician)
        VendorPatient.objects.create(
            account=account, vendor_id=person["id"], patient=patient, state=VendorPatient.State.LINKED
        )
        return patient, person["id"]

    return make


def visit(account: SourceAccount, now: datetime = START) -> Visit:
    return sync_account(account_id=account.id, holder=uuid4().hex, clock=lambda: now)


def truth(vendor: SimulatorProcess, person: str, start: datetime, end: datetime) -> list[tuple[int, int]]:
    found = vendor.truth(person, start.isoformat(), end.isoformat())
    return [(ms // 1000, mg_dl) for ms, mg_dl in found.items()]


def calls(vendor: SimulatorProcess, account: SourceAccount) -> list[str]:
    return [request["path"].split("/llu/")[1].split("/")[-1] for request in vendor.requests(account=account.email)]


class TestSync:
    def test_it_stores_twelve_hours_at_the_first_visit(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        patient, person = follow()

        found = visit(account)

        rows = list(Reading.objects.filter(patient_id=patient.id).order_by("time"))
        told = dict(truth(vendor, person, START - timedelta(hours=13), START))
        assert found.stored == len(rows) > 100
        assert all(
            any(told.get(int(row.time.timestamp()) - jitter) == row.mg_dl for jitter in range(3)) for row in rows
        )
        assert {row.utc_offset_minutes for row in rows} == {-180}
        assert {row.source for row in rows} == {Source.LIBRELINKUP_CURRENT, Source.LIBRELINKUP_GRAPH}

    def test_it_asks_for_the_graph_only_where_something_is_missing(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        follow()
        visit(account)
        before = len(calls(vendor, account))
        vendor.set_clock(now=(START + timedelta(minutes=5)).isoformat(), speed=0)

        visit(account, START + timedelta(minutes=5))

        assert calls(vendor, account)[before:] == ["connections"]

    def test_it_comes_back_for_what_the_lagging_graph_did_not_show(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        patient, person = follow()
        for minutes in (0, 5, 10, 15, 20, 25):
            vendor.set_clock(now=(START + timedelta(minutes=minutes)).isoformat(), speed=0)
            visit(account, START + timedelta(minutes=minutes))

        told = truth(vendor, person, START - timedelta(hours=6), START + timedelta(minutes=25))
        stored = [int(row.time.timestamp()) for row in Reading.objects.filter(patient_id=patient.id)]
        assert [time for time, _ in told if not any(abs(time - other) < 150 for other in stored)] == []

    def test_a_fresh_reading_of_another_uploader_does_not_hide_what_the_vendor_has(
        self, account: SourceAccount, follow: Callable[..., tuple[Patient, str]]
    ) -> None:
        patient, _ = follow()
        put(patient, 111, start=START - timedelta(minutes=4), now=START)

        assert visit(account).stored > 100

    def test_one_persons_broken_graph_does_not_lose_the_others(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        broken, broken_id = follow()
        whole, _ = follow()
        graph_of = Client.graph_of

        def refuse_one(client: Client, vendor_id: str) -> Mapping[str, Any]:
            if vendor_id == broken_id:
                raise SourceRefused(AccountState.UNREACHABLE, "couldNotLoadPatient")
            return graph_of(client, vendor_id)

        monkeypatch.setattr(Client, "graph_of", refuse_one)
        found = visit(account)

        assert found.quarantined == 1
        assert Reading.objects.filter(patient_id=broken.id).count() == 1
        assert Reading.objects.filter(patient_id=whole.id).count() > 100

    def test_one_call_serves_all_patients_of_an_account(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        for _ in range(3):
            follow()
        visit(account)
        before = len(calls(vendor, account))
        vendor.set_clock(now=(START + timedelta(minutes=5)).isoformat(), speed=0)

        found = visit(account, START + timedelta(minutes=5))

        assert found.received == 3
        assert calls(vendor, account)[before:] == ["connections"]

    def test_it_logs_in_once_and_keeps_the_session_encrypted(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        follow()
        for minutes in (0, 5, 10):
            visit(account, START + timedelta(minutes=minutes))

        account.refresh_from_db()
        with connection.cursor() as cursor:
            cursor.execute("SELECT token, password FROM glucose_sourceaccount WHERE id = %s", [account.id])
            raw = cursor.fetchone()
        # The global host redirects the first login to the account's region, which is remembered.
        assert calls(vendor, account).count("login") == 2
        assert account.region == "eu2"
        assert account.token
        assert account.token not in raw[0]
        assert "right password" not in raw[1]

    def test_it_logs_in_again_once_when_the_token_is_refused(
        self,
        vendor: SimulatorProcess,
        account: SourceAccount,
        follow: Callable[..., tuple[Patient, str]],
    ) -> None:
        follow()
        visit(account)
        later = START + timedelta(minutes=5)
        vendor.set_clock(now=later.isoformat(), speed=0)
        SourceAccount.objects.filter(id=account.id).update(token="revoked")

        visit(SourceAccount.objects.get(id=account.id), later)

        # The call with the refused token is nobody's in the vendor's log.
        assert calls(vendor, account)[-2:] == ["login", "connections"]
        assert calls(vendor, account).count("login") == 3
        assert SourceAccount.objects.get(id=account.id).state == AccountState.ACTIVE

    def test_a_repeated_visit_stores_nothing_twice(
        self, account: SourceAccount, follow: Callable[..., tuple[Patient, str]]
    ) -> None:
        follow()
        visit(account)

        again = visit(account)

        assert again.stored == 0

    def test_nobody_is_a_patient_before_somebody_says_so(
        self, vendor: SimulatorProcess, account: SourceAccount
    ) -> None:
        person = vendor.create_patient(account=account.email, first_name="Bia", last_name="Lima")

        found = visit(account)

        waiting = VendorPatient.objects.get(vendor_id=person["id"])
        assert (waiting.state, waiting.patient, waiting.first_name) == ("unlinked", None, "Bia")
        assert found.received == 0

    def test_it_keeps_the_sensor(self, account: SourceAccount, follow: Callable[..., tuple[Patient, str]]) -> None:
        patient, _ = follow()

        visit(account)

        sensor = Sensor.objects.get(patient=patient)
        assert sensor.activated_at is not None
        assert Reading.objects.filter(patient_id=patient.id, sensor_id=sensor.id).exists()

    def test_two_visits_at_once_do_not_both_call_the_vendor(
        self, vendor: SimulatorProcess, account: SourceAccount
    ) -> None:
        from work import leases

        leases.acquire(f"source:{account.id}", "another worker", START, 60)

        with pytest.raises(VisitSkipped, match="under way"):
            visit(account, START + timedelta(seconds=30))
        assert calls(vendor, account) == []

    def test_a_wrong_password_is_a_state_that_waits_for_a_person(
        self, vendor: SimulatorProcess, account: SourceAccount
    ) -> None:
        account.password = "wrong password"
        account.save()

        with pytest.raises(SourceRefused):
            visit(account)

        account.refresh_from_db()
        assert account.state == AccountState.BAD_CREDENTIALS
        with pytest.raises(VisitSkipped, match="bad_credentials"):
            visit(account, START + timedelta(hours=1))
        assert calls(vendor, account).count("login") == 2

    def test_a_vendor_that_does_not_answer_is_a_state_that_ends_by_itself(
        self, account: SourceAccount, settings: Settings, vendor: SimulatorProcess
    ) -> None:
        settings.LIBRELINKUP_GLOBAL_URL = "http://127.0.0.1:9"
        with pytest.raises(SourceRefused):
            visit(account)
        account.refresh_from_db()
        assert (account.state, account.next_attempt_at) == (
            AccountState.UNREACHABLE,
            START + timedelta(minutes=1),
        )

        settings.LIBRELINKUP_GLOBAL_URL = vendor.url
        visit(account, START + timedelta(minutes=5))

        account.refresh_from_db()
        assert (account.state, account.next_attempt_at) == (AccountState.ACTIVE, None)

    def test_terms_wait_for_a_person(self, vendor: SimulatorProcess, admin: Member) -> None:
        email = f"{uuid4().hex}@example.org"
        vendor.create_account(email=email, password="pw", region="eu", steps=["tou", "pp"])
        account = SourceAccount.objects.create(clinic_id=admin.caller.clinic_id, email=email, password="pw")

        with pytest.raises(SourceRefused):
            visit(account)

        account.refresh_from_db()
        assert account.state == AccountState.TERMS_REQUIRED

    def test_an_old_version_is_a_state(self, account: SourceAccount, settings: Settings) -> None:
        settings.LIBRELINKUP_VERSION = "4.12.0"

        with pytest.raises(SourceRefused):
            visit(account)

        account.refresh_from_db()
        assert account.state == AccountState.VERSION_REFUSED
        assert "4.16.0" in account.state_detail
