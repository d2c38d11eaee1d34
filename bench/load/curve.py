"""The steps of a curve of latency against rate, and what is said of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.load.plan import Answer, Answers
from bench.load.processes import Snapshot

P95_GOAL_MS: Final = 300
P99_GOAL_MS: Final = 800
SATURATED: Final = 0.80
BENT: Final = 2.0
MOST_ERRORS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Step:
    """A rate in requests a second, and how it was answered.

    ``cpu`` are shares of all cores by group, "others" being everything else on the machine; ``busiest_core`` is a share
    of one core; ``in_sql`` is the share of the answer time that was spent in statements.
    """

    rate: int
    achieved: float
    p50: float
    p95: float
    p99: float
    requests: int
    errors: int
    cpu: Mapping[str, float]
    busiest_core: float
    in_sql: float

    @property
    def saturated(self) -> bool:
        """Whether a core was busy for most of the time, whoever kept it busy."""
        return self.busiest_core >= SATURATED

    @property
    def failed(self) -> bool:
        """Whether it is slower than the goals, or more than some requests had no good answer."""
        return self.p95 > P95_GOAL_MS or self.p99 > P99_GOAL_MS or self.errors > MOST_ERRORS * self.requests


def step(rate: int, answers: Answers, seconds: float, before: Snapshot, after: Snapshot) -> Step:
    """What a step's answers and the CPU seconds around it come to; no answer at all counts as endless."""
    good = [answer for answer in answers.answered if answer.error is None]
    times = [answer.milliseconds for answer in good] or [float("inf")]
    p50, p95, p99 = (float(np.percentile(times, part, method="higher")) for part in (50, 95, 99))
    cores = [(end[0] - start[0], end[1] - start[1]) for start, end in zip(before.cores, after.cores, strict=True)]
    whole = sum(all_seconds for _, all_seconds in cores)
    cpu = {name: (after.groups[name] - before.groups[name]) / whole for name in before.groups}
    cpu["others"] = max(0.0, sum(busy for busy, _ in cores) / whole - sum(cpu.values()))
    return Step(
        rate=rate,
        achieved=len(good) / seconds,
        p50=p50,
        p95=p95,
        p99=p99,
        requests=answers.due,
        errors=answers.due - len(good),
        cpu=cpu,
        busiest_core=max(busy / all_seconds for busy, all_seconds in cores),
        in_sql=_share_in_sql(good),
    )


def bend(steps: Sequence[Step]) -> Step | None:
    """The first step from which on each fails, or has a p95 of over twice the least of the steps before it."""
    for number, one in enumerate(steps):
        least = min((slower.p95 for slower in steps[:number]), default=float("inf"))
        if all(later.failed or later.p95 > BENT * least for later in steps[number:]):
            return one
    return None


def overloaded(steps: Sequence[Step]) -> bool:
    """Whether a higher rate would tell nothing: two steps in a row failed. One may have been disturbed."""
    return len(steps) > 1 and steps[-1].failed and steps[-2].failed


def fastest_unsaturated(steps: Sequence[Step]) -> Step | None:
    """The step of the highest rate that left every core some time."""
    return max((one for one in steps if not one.saturated), key=lambda one: one.rate, default=None)


def fastest_within_goals(steps: Sequence[Step]) -> Step | None:
    """The step of the highest rate that did not fail."""
    return max((one for one in steps if not one.failed), key=lambda one: one.rate, default=None)


def _share_in_sql(answers: Sequence[Answer]) -> float:
    whole = sum(answer.milliseconds for answer in answers)
    return sum(answer.database_milliseconds for answer in answers) / whole if whole else 0.0
