"""The rounds of a run: a fault at a random moment of a sync, then what must hold."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from client.saude_ia import SaudeIAError
from tests.faults import checks
from tests.faults.aggregate import aggregate
from tests.faults.background import Background
from tests.faults.checks import Checked, Counted
from tests.faults.imports import LINES
from tests.faults.kinds import KINDS, Kind
from tests.faults.people import EACH_ROUND, Followed, enter, follow
from tests.faults.stage import Stage
from tests.faults.syncs import Syncs
from tests.faults.uploads import Uploader, of_an_era, of_the_same_hours
from tests.faults.waiting import POLL, NotInTime, until

# Until all is ok again and a visit was made. A visit's lease outlives a killed worker by a minute.
PATIENCE_SECONDS: Final = 180.0
LEASE_SECONDS: Final = 90.0
STATE_SECONDS: Final = 60.0
LONGEST_MOMENT_SECONDS: Final = 0.8


@dataclass
class Result:
    """What happened in a run, so far."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    checked: list[Checked] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    states: dict[str, Counter[str]] = field(default_factory=dict)
    background: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> list[Checked]:
        """What was wrong."""
        return [one for one in self.checked if one.wrong]


class Run:
    """Everything that goes on while faults happen."""

    def __init__(self, stage: Stage, rounds: int, seed: int, tell: Callable[[str], Any], *, lines: int = LINES) -> None:
        self.stage, self.rounds, self.tell = stage, rounds, tell
        self.chance = random.Random(seed)
        self.result = Result()
        self.syncs, self.background = Syncs(stage), Background(stage, lines)
        self.api = stage.api(tries=5)
        enter(stage, self.api, rounds)
        self.followed: list[Followed] = []
        self._follow()
        ours = [self.api.patients_create({"name": name, "timezone": "UTC"})["id"] for name in ("First", "Second")]
        self.uploaders = [Uploader(stage, each, of_an_era(seed + n), 1) for n, each in enumerate(ours)]
        # This one's readings come from the vendor too.
        self.uploaders.append(Uploader(stage, self.followed[0].patient_id, of_the_same_hours(seed), 5))

    def __call__(self) -> Result:
        """All rounds, then what holds at the end."""
        for uploader in self.uploaders:
            uploader.start()
        try:
            return self._all()
        finally:
            for uploader in self.uploaders:
                uploader.stop()
            self.syncs.close()
            self.background.close()
            self.api.close()

    def _all(self) -> Result:
        self.syncs.come_through(PATIENCE_SECONDS)
        self.background.begin(PATIENCE_SECONDS)
        for number, kind in enumerate(kinds(self.rounds, self.chance), 1):
            if kind.needs_disk and not self.stage.disk.own:
                self.result.skipped[kind.name] += 1
                continue
            self._round(number, kind)
        self.result.checked.append(aggregate(self.stage, PATIENCE_SECONDS))
        self.result.checked += self.background.ended(PATIENCE_SECONDS)
        self.result.background = self.background.counted()
        return self.result

    def _round(self, number: int, kind: Kind) -> None:
        began, before = time.monotonic(), len(self.result.failures)
        try:
            self.background.be_quiet(kind, PATIENCE_SECONDS)
            self._strike(kind)
            recovery = self._recovered(kind)
            self._compare(kind)
            told = f"recovered in {recovery:.1f} s"
        except (NotInTime, psycopg.Error, SaudeIAError) as error:
            kind.mend(self.stage)
            self._note(kind, "recovery", f"{error} {' '.join(getattr(error, '__notes__', []))}; {self.stage.health()}")
            told = "did not recover"
        self.result.rounds += 1
        wrong = [f"{one.what}: {one.wrong}" for one in self.result.failures[before:]]
        self.tell(
            f"round {number}: {kind.name}, {told}, {time.monotonic() - began:.0f} s"
            + "".join(f"\n  {w}" for w in wrong)
        )

    def _strike(self, kind: Kind) -> None:
        """While readings appear, are fetched, and are uploaded."""
        for uploader in self.uploaders:
            uploader.resume()
        for _ in range(EACH_ROUND):
            self._follow()
        self.background.go_on(kind)
        self.syncs.ask()
        # Not a wait for anything: the moment is what is random.
        POLL.wait(self.chance.uniform(0, LONGEST_MOMENT_SECONDS))
        self.background.cancel()
        kind.strike(self.stage, self.chance)
        if kind.kills:
            self.result.kills[kind.kills] += 1
        if kind.names:
            self._named(kind)
        elif kind.of_clock:
            # It works on, by the wrong clock too.
            until(self.stage.is_well, PATIENCE_SECONDS, "every part to be ok by the wrong clock")
            self.syncs.ask()

    def _follow(self) -> None:
        self.followed.append(follow(self.stage, self.api, len(self.followed)))

    def _named(self, kind: Kind) -> None:
        """`/health/` names in words what is broken."""
        told: dict[str, str] = {}

        def named() -> bool:
            told.update(self.stage.health())
            return any(told.get(name, "ok") != "ok" for name in kind.names)

        try:
            until(named, STATE_SECONDS, f"/health/ to name {' or '.join(kind.names)}")
            self._note(kind, "a clear state")
            self.result.states.setdefault(kind.name, Counter()).update(
                f"{name}: {told[name]}" for name in kind.names if told.get(name, "ok") != "ok"
            )
        except NotInTime as error:
            self._note(kind, "a clear state", str(error))

    def _recovered(self, kind: Kind) -> float:
        """All ok, and a visit made, by itself; how many seconds that took."""
        kind.mend(self.stage)
        began = time.monotonic()
        until(self.stage.is_well, PATIENCE_SECONDS, "every part to be ok again")
        self.syncs.come_through(PATIENCE_SECONDS)
        seconds = time.monotonic() - began
        self.result.recoveries.setdefault(kind.name, []).append(seconds)
        self._note(kind, "recovery")
        return seconds

    def _compare(self, kind: Kind) -> None:
        for uploader in self.uploaders:
            uploader.settle(PATIENCE_SECONDS)
        self.result.counted, found = checks.readings(self.stage, self.uploaders, self.followed)
        found += self.background.compare(kind)
        self.result.checked += [Checked(f"{kind.name}: {one.what}", one.wrong) for one in found]
        try:
            until(lambda: not checks.leases(self.stage), LEASE_SECONDS, "no lease to be left")
            self._note(kind, "leases")
        except NotInTime as error:
            self._note(kind, "leases", f"{error}: {', '.join(checks.leases(self.stage))}")

    def _note(self, kind: Kind, what: str, wrong: str = "") -> None:
        self.result.checked.append(Checked(f"{kind.name}: {what}", wrong))


def kinds(rounds: int, chance: random.Random) -> Iterator[Kind]:
    """Each once in every so many rounds, in any order."""
    bag: list[Kind] = []
    for _ in range(rounds):
        if not bag:
            bag = list(KINDS)
            chance.shuffle(bag)
        yield bag.pop()
