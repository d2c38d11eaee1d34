"""What a run says: how far it is, what happened, what was counted, each thing that is wrong, and the sum."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

from tests.week.plan import HOUR
from tests.week.run import Outcome
from tests.week.walk import Walk

EVERY_SECONDS: float = 15.0
MOST_WRONG = 40


def progress() -> Callable[[Walk], None]:
    """A function that prints how far the run is, at most every fifteen seconds."""
    began = last = time.monotonic()

    def tell(walk: Walk) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            hours = (walk.now - walk.start) / HOUR
            print(f"hour {hours:.1f}, {len(walk.record.visits)} visits, {last - began:.0f} s", flush=True)

    return tell


def lines(outcome: Outcome) -> Iterator[str]:
    """The report; the last line is ``week: N checked, F failed``."""
    plan, record = outcome.plan, outcome.record
    yield f"{plan.accounts} accounts of {plan.people}, {plan.days:g} days, seed {plan.seed}, {outcome.seconds:.0f} s"
    yield from _table("visits that ended so", record.endings)
    yield from _table("accounts at the polls", record.states)
    yield from _table("requests hit by", record.faults)
    yield f"{outcome.troubles} troubles"
    for name, count in outcome.counted.items():
        yield f"  {name:42}{count:12,.10g}"
    yield from _table("wrong, by kind", Counter(one.partition(":")[0] for one in record.wrong))
    yield from (f"WRONG {one}" for one in record.wrong[:MOST_WRONG])
    yield f"week: {record.checked} checked, {len(record.wrong)} failed"


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    yield title
    for name, count in sorted(counts.items()):
        yield f"  {name:42}{count:12,}"
