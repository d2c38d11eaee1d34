"""One account with its people, at the vendor and with us, and the clock of both."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from glucose.account_states import ACTION_NEEDED, AccountState
from glucose.models import AccountEvent, Reading, SetAside, SourceAccount, VendorPatient
from glucose.services.sync import Visit, sync_account
from glucose.services.visitors import VisitSkipped
from glucose.sources.port import SourceRefused
from patients.models import Patient
from simulator.process import SimulatorProcess
from tests.conftest import Member

START: Final = datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
PASSWORD: Final = "right password"
LIST: Final = "/llu/connections$"
GRAPH: Final = "/llu/connections/*/graph"
LOGIN: Final = "/llu/auth/login"


class Scene:
    """What a test does and sees; ``now`` is what every clock shows."""

    def __init__(
        self,
        vendor: SimulatorProcess,
        admin: Member,
        clinician: Member,
        make_patient: Callable[..., Patient],
        name: str,
    ) -> None:
        self.vendor, self.admin, self.clinician, self.make_patient = vendor, admin, clinician, make_patient
        self.name, self.now, self._count = name, START, itertools.count()
        self.account = self.another_account()

    def another_account(self, region: str = "eu2") -> SourceAccount:
        """An account of the clinic that the vendor has too."""
        email = f"{uuid4().hex}@example.org"
        self.vendor.create_account(email=email, password=PASSWORD, region=region)
        return SourceAccount.objects.create(clinic_id=self.admin.caller.clinic_id, email=email, password=PASSWORD)

    def follow(self, account: SourceAccount | None = None, **more: Any) -> tuple[Patient, str]:
        """A person of the account, linked to a patient; the same ones at every run."""
        account = account or self.account
        trace = {"kind": "generator", "profile": "meeting_targets", "seed": 7}
        vendor_id = str(uuid5(NAMESPACE_URL, f"{self.name} {next(self._count)}"))
        fields = {"id": vendor_id, "timezone": "America/Sao_Paulo", "trace": trace, **more}
        self.vendor.create_patient(account=account.email, **fields)
        patient = self.make_patient(self.clinician.user.membership.clinic, self.clinician)
        linked = VendorPatient.State.LINKED
        VendorPatient.objects.create(account=account, vendor_id=vendor_id, patient=patient, state=linked)
        return patient, vendor_id

    def go(self, minutes: float) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)
        self.vendor.set_clock(now=self.now.isoformat(), speed=0)

    def visit(self, account: SourceAccount | None = None) -> Visit:
        """A visit now."""
        return sync_account(account_id=(account or self.account).id, holder=uuid4().hex, clock=lambda: self.now)

    def poll(self, minutes: float, every: float = 5) -> None:
        """Visits as they are made, from now until some minutes later."""
        for _ in range(round(minutes / every)):
            self.go(every)
            self.visit()

    def refused(self) -> SourceAccount:
        """A visit that the vendor refuses; how the account stands then."""
        with pytest.raises(SourceRefused):
            self.visit()
        return self.standing()

    def leaves_alone(self) -> None:
        """A visit now does not ask the vendor for anything."""
        before = len(self.calls())
        with pytest.raises(VisitSkipped):
            self.visit()
        assert len(self.calls()) == before

    def standing(self) -> SourceAccount:
        """The account as it is stored."""
        return SourceAccount.objects.get(id=self.account.id)

    def fault(self, kind: str, path: str | None = None, count: int | None = None, **params: Any) -> None:
        """Set a fault of the account."""
        self.vendor.fault(kind, self.account.email, path, count, **params)

    def heal(self) -> None:
        """Every fault of the account goes."""
        self.vendor.clear_faults(self.account.email)

    def calls(self) -> list[str]:
        """What the account asked for: the last part of each path."""
        return [entry["path"].split("/")[-1] for entry in self.vendor.requests(account=self.account.email)]

    def history(self) -> list[tuple[str, datetime | None]]:
        """The states that were written down, with what each said about the next attempt."""
        return list(
            AccountEvent.objects.filter(account=self.account).order_by("id").values_list("state", "next_attempt_at")
        )

    def set_aside(self) -> dict[str, int]:
        """How often what was set aside, by the reason."""
        found: Counter[str] = Counter()
        for reason, times in SetAside.objects.filter(account=self.account).values_list("reason", "times"):
            found[reason] += times
        return dict(found)

    def action_needed(self) -> str | None:
        """What a person is told to do."""
        return ACTION_NEEDED.get(AccountState(self.standing().state))

    def stored(self, patient: Patient) -> list[tuple[datetime, int]]:
        """The patient's readings."""
        return list(Reading.objects.filter(patient_id=patient.id).order_by("time").values_list("time", "mg_dl"))

    def is_theirs_alone(self, patient: Patient, vendor_id: str) -> bool:
        """Whether all that is stored of a patient is true of the person, and nothing tells the same minutes twice."""
        true = self.vendor.truth(vendor_id, (self.now - timedelta(days=15)).isoformat(), self.now.isoformat())
        true |= self.vendor.truth(vendor_id, self.now.isoformat(), (self.now + timedelta(seconds=1)).isoformat())
        rows = [(round(time.timestamp()) * 1000, mg_dl) for time, mg_dl in self.stored(patient)]
        right = all(any(true.get(at - jitter) == mg_dl for jitter in (0, 1000, 2000)) for at, mg_dl in rows)
        return bool(rows) and right and all(b[0] - a[0] >= 150_000 for a, b in itertools.pairwise(rows))

    def has_all_since(self, patient: Patient, vendor_id: str, since: datetime) -> bool:
        """Whether every point of the truth is stored, or one that tells the same minutes."""
        true = self.vendor.truth(vendor_id, since.isoformat(), self.now.isoformat())
        times = [time.timestamp() * 1000 for time, _ in self.stored(patient)]
        return all(any(abs(at - time) < 150_000 for time in times) for at in true)
