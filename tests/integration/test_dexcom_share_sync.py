"""An account of Dexcom Share through the same services, states and ledger as any other."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from glucose.models import Gap, Reading, SourceAccount, SourceKind, VendorPatient
from glucose.provenance import Source
from glucose.services.sync import Visit, sync_account
from glucose.sources.port import SourceRefused
from patients.models import Patient
from simulator.dexcom_share.process import DexcomShareProcess
from tests.conftest import Member

NOW = datetime(2026, 3, 1, 12, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def vendor() -> Iterator[DexcomShareProcess]:
    with DexcomShareProcess("--now", NOW.isoformat(), "--speed", "0") as simulator:
        yield simulator


@pytest.fixture
def account(vendor: DexcomShareProcess, admin: Member, settings: Settings) -> SourceAccount:
    settings.DEXCOM_SHARE_URL = vendor.url + "/{region}"
    vendor.set_clock(now=NOW.isoformat(), speed=0)
    vendor.clear_faults()
    username = f"{uuid4().hex}@example.org"
    vendor.create_account(username, "right password", region="ous", timezone="America/Sao_Paulo")
    return SourceAccount.objects.create(
        clinic_id=admin.caller.clinic_id,
        kind=SourceKind.DEXCOM_SHARE,
        email=username,
        password="right password",
        region="ous",
    )


def visit(account: SourceAccount, now: datetime) -> Visit:
    return sync_account(account_id=account.id, holder=uuid4().hex, clock=lambda: now)


def test_it_goes_from_unlinked_to_stored_readings_and_filled_gaps(
    vendor: DexcomShareProcess, account: SourceAccount, clinician: Member, make_patient: Callable[..., Patient]
) -> None:
    times = [NOW - timedelta(minutes=5 * number) for number in range(24)]
    vendor.inject(account.email, [(time.isoformat(), 120) for time in times[:6] + times[12:]])
    assert visit(account, NOW).people == 1
    person = VendorPatient.objects.get(account=account)
    assert (person.state, Reading.objects.count()) == ("unlinked", 0)
    person.patient, person.state = make_patient(account.clinic, clinician), VendorPatient.State.LINKED
    person.save()

    first = visit(account, NOW)
    vendor.inject(account.email, [(time.isoformat(), 130) for time in times[6:12]])
    later = NOW + timedelta(hours=1)
    vendor.set_clock(now=later.isoformat(), speed=0)
    second = visit(account, later)

    assert (first.stored, second.stored) == (18, 6)
    assert {row.source for row in Reading.objects.all()} == {Source.DEXCOM_SHARE}
    assert [gap.state for gap in Gap.objects.filter(start__lt=NOW)] == ["filled"]


def test_a_refusal_is_a_state_of_the_account(vendor: DexcomShareProcess, account: SourceAccount) -> None:
    vendor.fault("max_attempts")

    with pytest.raises(SourceRefused):
        visit(account, NOW)

    account.refresh_from_db()
    assert (account.state, account.next_attempt_at) == ("locked_out", NOW + timedelta(minutes=10))
    assert [event.state for event in account.events.all()] == ["locked_out"]


def test_a_refusal_with_status_500_is_an_answer_and_closes_nobodys_way(
    vendor: DexcomShareProcess, account: SourceAccount
) -> None:
    for number in range(4):
        wrong = SourceAccount.objects.create(
            clinic_id=account.clinic_id,
            kind=SourceKind.DEXCOM_SHARE,
            email=f"{uuid4().hex}-{number}@example.org",
            password="wrong password",
            region="ous",
        )
        vendor.create_account(wrong.email, "right password", region="ous", timezone="America/Sao_Paulo")
        with pytest.raises(SourceRefused, match="password"):
            visit(wrong, NOW)

    assert visit(account, NOW).people == 1
