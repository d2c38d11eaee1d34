"""The simulated week, step by step: polls by the real rule, troubles as planned, and what people do about them."""

import heapq
import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from glucose.models import SourceAccount
from glucose.selectors.accounts import accounts_with_old_people, accounts_with_readings
from glucose.services.sync import sync_account
from glucose.services.visitors import LEASE_SECONDS, VisitSkipped
from glucose.sources.port import Clock, SourceRefused
from glucose.tasks import PEOPLE_ARE_OLD
from simulator.process import SimulatorProcess
from tests.week.plan import MINUTE, Plan
from tests.week.record import Done, Record, Visited
from tests.week.stage import Follower, Stage
from work.models import Lease

JITTER_SECONDS: Final = 60
# Of how many visits one is killed, and one meets another visitor, at any of the points where it looks at the clock.
ONE_IN: Final = 50
MOST_LOOKS: Final = 12
# What is in flight is given to another worker when the first one is seen to be gone.
AGAIN_AFTER: Final = (timedelta(seconds=20), timedelta(seconds=90))
LEASE: Final = timedelta(seconds=LEASE_SECONDS)
TAKEN_OVER_AFTER: Final = LEASE + timedelta(seconds=1)


class Killed(BaseException):
    """The process of a visit ended."""


class Walk:
    """Time goes from one event to the next; no two have the same millisecond."""

    def __init__(self, plan: Plan, stage: Stage, vendor: SimulatorProcess, start: datetime) -> None:
        self.plan, self.stage, self.vendor, self.start = plan, stage, vendor, start
        self.now = start
        self.end = start + plan.length + plan.settling
        self.record = Record()
        self.rng = random.Random(f"walk {plan.seed}")
        self.numbers = {follower.email: follower.number for follower in stage.followers}
        self.by_id = {follower.id: follower for follower in stage.followers}
        self.linked: list[set[str]] = [set() for _ in stage.followers]
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._turns = itertools.count()
        self._polled = self._read_until = start
        self.at(start, self._poll)

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Do something then, or at once where that is over."""
        heapq.heappush(self._queue, (when, next(self._turns), act))

    def after(self, minutes: float, act: Callable[[], None]) -> None:
        """Do something some minutes from now."""
        self.at(self.now + minutes * MINUTE, act)

    def run(self, tell: Callable[["Walk"], None] = lambda walk: None) -> Record:
        """To the end; ``tell`` is called at each poll."""
        while self._queue and self._queue[0][0] < self.end:
            when, _, act = heapq.heappop(self._queue)
            self.go_to(when)
            if act == self._poll:
                tell(self)
            act()
        self._read_log(self.end)
        return self.record

    def go_to(self, when: datetime) -> None:
        """Set both clocks, at least a millisecond on."""
        self.now = max(when, self.now + timedelta(milliseconds=1))
        self.now = self.now.replace(microsecond=self.now.microsecond // 1000 * 1000)
        self.vendor.set_clock(now=self.now.isoformat(), speed=0)

    def visit(self, follower: Follower) -> str:
        """A visit, as its actor makes it; how it ended."""
        visited = self.begin_visit(follower)
        visited.ended = self._visited(follower, self._clock(follower))
        self.record.endings[visited.ended] += 1
        return visited.ended

    def begin_visit(self, follower: Follower) -> Visited:
        """Whatever is asked of the vendor at this instant belongs to it."""
        visited = Visited(follower.number, self.now_ms(), linked=frozenset(self.linked[follower.number]))
        self.record.visits[visited.at_ms] = visited
        return visited

    def now_ms(self) -> int:
        """The instant as the vendor's log has it."""
        return round(self.now.timestamp() * 1000)

    def _visited(self, follower: Follower, clock: Clock) -> str:
        try:
            sync_account(account_id=follower.id, holder=uuid4().hex, clock=clock)
        except VisitSkipped as skipped:
            return f"skipped: {str(skipped).split(':')[0]}"
        except SourceRefused as refused:
            if refused.misplaced:
                self.note(follower, "lost")
            return f"refused: {refused.state}"
        except Killed:
            connection.close()
            self._note_kill(follower)
            return "killed"
        return "stored"

    def _clock(self, follower: Follower) -> Clock:
        looks = itertools.count(1)
        self._taken_over = False
        dies, meets, takes_over = (
            self.rng.randint(2, MOST_LOOKS) if self.rng.randrange(ONE_IN) == 0 else None for _ in range(3)
        )

        def clock() -> datetime:
            look = next(looks)
            if dies is not None and look >= dies:
                raise Killed
            if look == meets and not self._taken_over:
                self._meet(follower)
            if look == takes_over and not connection.in_atomic_block:
                self._take_over(follower)
            return self.now

        return clock

    def _meet(self, follower: Follower) -> None:
        """Another worker comes while a visit is under way: it has to leave without a word to the vendor."""
        before = self._noted()
        ended = self._visited(follower, lambda: self.now)
        self.record.endings[f"met: {ended}"] += 1
        self.record.check(ended.startswith("skipped") and self._noted() == before, f"two at once: {ended}")

    def _take_over(self, follower: Follower) -> None:
        """A visit slept for longer than its lease, and another worker came meanwhile."""
        self._taken_over = True
        self.go_to(self.now + TAKEN_OVER_AFTER)
        visited = self.begin_visit(follower)
        visited.ended = self._visited(follower, lambda: self.now)
        self.record.endings[f"took over: {visited.ended}"] += 1
        # What the first one still does comes a millisecond later, and is nobody's visit.
        self.go_to(self.now)

    def _noted(self) -> int:
        return len(self.vendor.requests(since=self.now.isoformat()))

    def _note_kill(self, follower: Follower) -> None:
        # A session that came is written down before anything else is done with it.
        if not SourceAccount.objects.get(id=follower.id).token:
            self.note(follower, "lost")
        if not self._taken_over:
            free_at = self.now + LEASE
            # A process that is killed gives nothing back, as an exception on its way out does.
            Lease.objects.filter(name=f"source:{follower.id}").update(expires_at=free_at)
            self.at(self.now + AGAIN_AFTER[0], lambda: self._too_early(follower, free_at))
        self.at(self.now + AGAIN_AFTER[1], lambda: self._again(follower))

    def _too_early(self, follower: Follower, free_at: datetime) -> None:
        if self.now >= free_at:
            # Somebody else's long sleep came between.
            return
        ended = self._visited(follower, lambda: self.now)
        self.record.check(ended.startswith("skipped"), f"a killed visit's lease was not there: {ended}")

    def _again(self, follower: Follower) -> None:
        self.visit(follower)

    def note(self, follower: Follower, what: str) -> None:
        """Write down that the account's session is gone."""
        self.record.done.append(Done(self.now_ms(), follower.number, what))

    def _poll(self) -> None:
        self._read_log(self.now)
        self.at(self._polled + 5 * MINUTE, self._poll)
        first, last = self.plan.outage
        if not first <= self.now - self.start < last:
            due = accounts_with_readings(self.now)
            if (self._polled - self.start) // MINUTE % 10 == 0:
                due += accounts_with_old_people(self.now, PEOPLE_ARE_OLD)
            for account_id in due:
                self._send(account_id)
        self._polled += 5 * MINUTE

    def _send(self, account_id: UUID) -> None:
        follower = self.by_id[account_id]
        jitter = timedelta(seconds=self.rng.uniform(0, JITTER_SECONDS))
        self.at(self._polled + jitter, lambda: self._again(follower))

    def _read_log(self, until: datetime) -> None:
        self.record.read_log(self.vendor, self.numbers, self._read_until)
        self._read_until = until
        self.record.states.update(SourceAccount.objects.values_list("state", flat=True))
