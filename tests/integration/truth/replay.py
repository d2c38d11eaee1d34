"""A scenario through the simulator and the ordinary services, beside it the plain account of what must be stored."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import DatabaseError, InterfaceError, connection

from accounts.callers import Caller
from glucose.models import SourceAccount
from glucose.provenance import Source
from glucose.services import late
from glucose.services.sync import sync_account
from glucose.services.uploads import store_upload
from glucose.services.visitors import VisitSkipped
from glucose.sources.port import SourceRefused
from tests.integration.simulator.follower import Follower
from tests.integration.truth.expected import take
from tests.integration.truth.followed import Followed, follow
from tests.integration.truth.mortal import Died, Mortal, Vendor
from tests.integration.truth.scenario import Scenario, Step, Upload
from tests.integration.truth.shown import Item, shown

PASSWORD = "right password"
# After the last step everything is given the time to come: an account that was refused waits half an hour at most.
SETTLED = timedelta(minutes=35)


@dataclass
class Replay:
    """A scenario under way; ``now`` is when it is in there."""

    scenario: Scenario
    vendor: Vendor
    caller: Caller
    now: datetime = field(init=False)
    account: SourceAccount = field(init=False)
    follower: Follower = field(init=False)
    people: list[Followed] = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.scenario.start
        self._set_clock()
        email = f"{uuid4().hex}@example.org"
        self.vendor.process.create_account(email=email, password=PASSWORD, region="eu2")
        self.account = SourceAccount.objects.create(
            clinic_id=self.caller.clinic_id, email=email, password=PASSWORD, region="eu2"
        )
        self.people = [
            follow(self.vendor.process, self.account, self.scenario, number)
            for number in range(len(self.scenario.people))
        ]
        self._sign_in()

    def run(self) -> None:
        """Every step, and at last a visit at which nothing goes wrong."""
        self._visit(Step())
        for step in self.scenario.steps:
            self._go_on(step.pause_minutes)
            self._do(step)
        self.now = self.scenario.end + SETTLED
        self._set_clock()
        assert self._visit(Step()), "an account that was refused is visited again by then"

    def graph_now(self, followed: Followed) -> list[Item]:
        """What the vendor still shows of somebody."""
        path = f"/llu/connections/{followed.vendor_id}/graph"
        return shown(self.follower, [path]).get(followed.vendor_id, [])

    def _do(self, step: Step) -> None:
        if step.restart:
            self.vendor.restart()
            self._sign_in()
        if step.refresh:
            late.refresh_late_ranges(lambda: self.now)
        if step.upload is not None:
            self._upload(step.upload)
        self._visit(step)
        if step.repeated:
            self._visit(Step())

    def _go_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._set_clock()

    def _set_clock(self) -> None:
        self.vendor.process.set_clock(now=self.now.isoformat(), speed=0)

    def _sign_in(self) -> None:
        """Beside the product; what lasts is set anew, for faults do not outlive the simulator."""
        self.follower = Follower(self.vendor.process, self.account.email, PASSWORD)
        self.follower.login()
        for followed in self.people:
            person, email = followed.person, self.account.email
            if person.away is not None:
                since = int(self.scenario.start.timestamp()) + person.away[0] * 300 - person.phase_seconds - 100
                away: dict[str, Any] = {"since": since * 1000, "offset_minutes": person.away[1]}
                self.vendor.process.fault("travel", email, patient=followed.vendor_id, **away)
            if person.two_sensors:
                put_on = (self.scenario.start - timedelta(days=3)).isoformat()
                self.vendor.process.fault("sensor_swap", email, patient=followed.vendor_id, at=put_on)

    def _visit(self, step: Step) -> bool:
        """One visit; whether it came to its end. What it was shown must be stored from then on."""
        with self._faults(step):
            before = len(self._asked())
            try:
                clock = Mortal(self.now, step.dies_at, loses_database=step.loses_database)
                sync_account(account_id=self.account.id, holder=uuid4().hex, clock=clock)
            except (Died, VisitSkipped, SourceRefused, DatabaseError, InterfaceError):
                connection.close()
                if not self._was_stored(step):
                    return False
            paths = [entry["path"].removeprefix("/eu2") for entry in self._asked()[before:] if entry["status"] == 200]
            items = shown(self.follower, [path for path in paths if path.startswith("/llu/connections")])
        for followed in self.people:
            take(followed.stream, items.get(followed.vendor_id, []), self.now)
        return True

    def _was_stored(self, step: Step) -> bool:
        """Whether a visit that did not come to its end had stored before: all or nothing."""
        if step.dies_at is None:
            return False
        return SourceAccount.objects.filter(id=self.account.id, last_success_at=self.now).exists()

    def _asked(self) -> list[dict[str, Any]]:
        return self.vendor.process.requests(account=self.account.email, since=self.now.isoformat())

    @contextlib.contextmanager
    def _faults(self, step: Step) -> Iterator[None]:
        if step.fault is None:
            yield
            return
        kind, path, params = step.fault
        given: dict[str, Any] = dict(params)
        fault = self.vendor.process.fault(kind, self.account.email, path, **given)
        yield
        self.vendor.process.call("DELETE", f"/_sim/faults/{fault['id']}")

    def _upload(self, upload: Upload) -> None:
        followed = self.people[upload.whose % len(self.people)]
        zone, items, body = ZoneInfo(followed.person.zone), [], []
        for number, (seconds, cadence, is_file) in enumerate(upload.readings):
            at = int(self.now.timestamp()) + seconds
            local = datetime.fromtimestamp(at, zone).utcoffset()
            assert local is not None
            source, value = Source.FILE if is_file else Source.UPLOAD, 301 + number
            items.append(Item(at, value, int(local.total_seconds() // 60), cadence, source, 0, 0))
            body.append(
                {
                    "time": datetime.fromtimestamp(at, UTC).isoformat(),
                    "value": value,
                    "source": source.wire_name,
                    "cadence_minutes": cadence,
                }
            )
        store_upload(self.caller, followed.patient.id, {"readings": body}, now=self.now)
        take(followed.stream, items, self.now)
