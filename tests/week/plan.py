"""What goes wrong in a week, by its seed: for each account one trouble after the other. Pure."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

LIST: Final = "/llu/connections$"
GRAPH: Final = "/llu/connections/*/graph"
LOGIN: Final = "/llu/auth/login"
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
LASTS: Final = (5, 15, 45, 120, 300, 600)
# How long the vendor holds 430 and 476 against whoever comes earlier, where it names no time.
UNNAMED_SECONDS: Final = {"http_430": 3_600, "http_476": 86_400}
# A week goes on without faults until the longest wait is over.
LONG_WAITS: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """How a fault may be set: one of the paths, counts and parameters is taken."""

    paths: tuple[str | None, ...] = (None,)
    counts: tuple[int | None, ...] = (None,)
    params: tuple[dict[str, Any], ...] = field(default=({},))
    of_one: bool = False


ANYWHERE: Final = (None, LIST, GRAPH)
_ONE: Final = Way(of_one=True)
# Faults of the simulator; of the waits only those that end within half an hour are for a short run.
WAYS: Final = {
    "http_429": Way(
        ANYWHERE,
        (1, 3, None),
        ({}, {"retry_after": 600}, {"retry_after": "date", "seconds": 1_200}, {"retry_after": "later"}),
    ),
    "http_430": Way(ANYWHERE, (1, 2), ({"retry_after": 1_500}, {})),
    "http_476": Way(ANYWHERE, (1, 2), ({"retry_after": 1_700}, {}, {"retry_after": None})),
    "http_5xx": Way(ANYWHERE, (1, 5, None), ({}, {"retry_after": 900}, {"status": 500})),
    "http_401": Way((None, LIST, GRAPH, LOGIN), (1, 2, None)),
    "version_920": Way((LIST, None)),
    "status_911": Way(ANYWHERE, (1, 4, None)),
    "html_200": Way(ANYWHERE, (1, None)),
    "truncated_json": Way(ANYWHERE, (1, None)),
    "broken_off": Way(ANYWHERE, (1, None)),
    "hang": Way(ANYWHERE, (1, 2), ({"seconds": 3}, {"seconds": 0})),
    "slow": Way(ANYWHERE, (2,), ({"seconds": 0.1},)),
    "bad_credentials": Way((None,), (1,)),
    "lock": Way((None,), (1,), ({"seconds": 300}, {"seconds": 1_500})),
    "redirect": Way((None,), (1,)),
    "redirect_loop": Way(),
    "unknown_region": Way(),
    "step_tou_pp": Way((None,), (1,)),
    "step_unknown": Way(),
    "empty_connections": Way(),
    "could_not_load": Way((GRAPH, None)),
    "alarm_in_logbook": Way(),
    "alarm_in_graph": Way(),
    "broken_items": Way(),
    "future_time": Way(params=({"minutes": 30}, {"minutes": 100_000}), of_one=True),
    "dst_fold": Way(params=({}, {"offset_minutes": [-120, -180]}), of_one=True),
    "travel": Way(params=({}, {"offset_minutes": 345}), of_one=True),
    "stale_phone": Way(params=({}, {"minutes": 180}, {"minutes": 800}), of_one=True),
    "null_sensor": Way(),
    "null_patient_device": Way(),
    "null_alarm_rules": Way(),
    "null_active_sensors": Way(),
    "null_ticket": Way(),
    "glucose_alarm": Way(),
    **dict.fromkeys(
        (
            *("patient_removed", "patient_twice", "null_current", "null_graph", "trend_0", "trend_6", "trend_null"),
            *("trend_missing", "hi", "lo", "unit_flip", "repeated_time", "sensor_swap"),
        ),
        _ONE,
    ),
}
# What happens at the vendor or at the clinic without a fault.
ACTS: Final = ("revoke_tokens", "password_changed", "region_changed", "patient_moved")
# Only a login shows these, so the session ends as they are set.
OF_LOGINS: Final = frozenset({"bad_credentials", "lock", "redirect", "redirect_loop", "unknown_region", "step_tou_pp"})
OF_LOGINS_TOO: Final = OF_LOGINS | {"step_unknown"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong with an account, since when and how long."""

    account: int
    kind: str
    start: timedelta
    end: timedelta
    path: str | None = None
    count: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    person: int | None = None

    def named_seconds(self) -> float | None:
        """How long the vendor may not be asked after its answer; None where it says nothing."""
        named = self.params.get("retry_after", 65_620 if self.kind == "http_476" else None)
        if self.kind == "lock":
            return float(self.params["seconds"])
        if named == "date":
            return float(self.params["seconds"])
        return float(named) if isinstance(named, int) else UNNAMED_SECONDS.get(self.kind)


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: how many accounts and people, how long, and what goes wrong."""

    accounts: int
    days: float
    seed: int
    people: int = 3

    @property
    def length(self) -> timedelta:
        """How long things go wrong."""
        return timedelta(days=self.days)

    @property
    def settling(self) -> timedelta:
        """How long the run goes on after that, without faults."""
        return timedelta(hours=26) if self.days >= LONG_WAITS else timedelta(hours=3)

    @property
    def outage(self) -> tuple[timedelta, timedelta]:
        """When nobody polls at all: an eleventh of the run."""
        return self.length * 5 / 11, self.length * 6 / 11

    def troubles(self) -> list[Trouble]:
        """All of them, by account in the order they begin."""
        deck = list(WAYS) + list(ACTS)
        rng = random.Random(f"troubles {self.seed}")
        rng.shuffle(deck)
        found, turn = [], 0
        for account in range(self.accounts):
            at = rng.uniform(0.6, 3) * HOUR
            while at < self.length - 15 * MINUTE:
                trouble = self._one(rng, account, deck[turn % len(deck)], at)
                found.append(trouble)
                # An odd stride: neighbours in time and by account differ, and every kind comes.
                turn += 1
                at = trouble.end + rng.uniform(0.3, 3) * HOUR * min(1.0, self.days / 3)
        return found

    def _one(self, rng: random.Random, account: int, kind: str, at: timedelta) -> Trouble:
        way = WAYS.get(kind, _ONE)
        longest = LASTS if self.days >= LONG_WAITS else LASTS[:3]
        end = min(at + rng.choice(longest) * MINUTE, self.length)
        params = dict(rng.choice(way.params))
        if self.days < LONG_WAITS and kind in UNNAMED_SECONDS:
            params = dict(way.params[0])
        person = rng.randrange(self.people) if way.of_one else None
        return Trouble(account, kind, at, end, rng.choice(way.paths), rng.choice(way.counts), params, person)
