"""What a run says: how far it is, what answered whom how, each kind of failure once, and the sum."""

import time
from collections.abc import Callable, Iterator

from tests.fuzz.runner import Outcome, Plan

EVERY: float = 5.0


def progress(plan: Plan) -> Callable[[Outcome], None]:
    """A function that prints how far the run is, at most every five seconds."""
    began = last = time.monotonic()

    def tell(outcome: Outcome) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            seconds = last - began
            print(f"{outcome.checked} of {plan.cases}, {outcome.failed} failed, {seconds:.0f} s", flush=True)

    return tell


def table(outcome: Outcome) -> Iterator[str]:
    """A line for each operation and role: cases, and the share of each hundred of statuses in percent."""
    yield f"{'operation':34}{'role':12}{'cases':>6}{'2xx':>5}{'3xx':>5}{'4xx':>5}  statuses"
    for (name, role), statuses in sorted(outcome.statuses.items()):
        cases = statuses.total()
        shares = [100 * sum(n for status, n in statuses.items() if status // 100 == one) / cases for one in (2, 3, 4)]
        told = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
        yield f"{name:34}{role:12}{cases:6}" + "".join(f"{share:5.0f}" for share in shares) + f"  {told}"


def summary(outcome: Outcome) -> str:
    """The last line."""
    return f"fuzz: {outcome.checked} checked, {outcome.failed} failed"
