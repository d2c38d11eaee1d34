"""What a run says: each kind with its longest recovery and its state, the sums, what was wrong, the last line."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.rounds import Result


def table(result: Result) -> Iterator[str]:
    """A line for each kind of fault, then the sums."""
    yield f"{'fault':22}{'rounds':>7}{'longest recovery s':>20}  named while it lasted"
    for kind, seconds in sorted(result.recoveries.items()):
        said = " | ".join(state for state, _ in result.states.get(kind, Counter()).most_common(2)) or "-"
        yield f"{kind:22}{len(seconds):7}{max(seconds):20.1f}  {said}"
    for kind, count in result.skipped.items():
        yield f"{kind:22}{0:7}{'-':>20}  skipped {count}: this process may not mount a disk of its own"
    kills = ", ".join(f"{part} {count}" for part, count in sorted(result.kills.items()))
    counted = result.counted
    yield f"rounds {result.rounds}, skipped {result.skipped.total()}, kills {result.kills.total()} ({kills})"
    yield (
        f"readings acknowledged {counted.acknowledged}, shown by the vendor {counted.shown},"
        f" lost {counted.lost}, doubled {counted.doubled}"
    )
    longest = max((max(seconds) for seconds in result.recoveries.values()), default=0.0)
    yield f"longest recovery {longest:.1f} s"
    yield ", ".join(f"{what} {count}" for what, count in result.background.items())


def failures(result: Result) -> Iterator[str]:
    """A line for each thing that was wrong."""
    for one in result.failures:
        yield f"failed: {one.what}: {one.wrong}"


def summary(result: Result) -> str:
    """The last line."""
    return f"faults: {len(result.checked)} checked, {len(result.failures)} failed"
