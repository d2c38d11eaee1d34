"""The figures of a rehearsal, and its last line."""

from collections.abc import Sequence
from math import ceil

from tests.rehearsal.tally import Phase, Sent, Tally

HEAD = "phase                                  seconds  requests  failed  repeated   p50 ms   p95 ms   p99 ms"


def print_report(tally: Tally) -> int:
    """1 where a request failed."""
    print(HEAD)
    for phase in tally.phases:
        print(_line(phase, [one for one in tally.sent if phase.start <= one.at < phase.end]))
    for note in tally.notes:
        print(note)
    for what, times in sorted(tally.repeated.items()):
        print(f"sent again by the client, applied once: {times} times, {what}")
    for what, times in sorted(tally.failures.items()):
        print(f"FAILED {times} times, {what}")
    failed = sum(tally.failures.values())
    print(f"rehearse: {len(tally.sent)} checked, {failed} failed")
    return 1 if failed else 0


def percentile(values: Sequence[float], part: float) -> float:
    """The least value that at least this part of all is not above; endless without any."""
    if not values:
        return float("inf")
    return sorted(values)[max(0, ceil(len(values) * part / 100) - 1)]


def _line(phase: Phase, sent: Sequence[Sent]) -> str:
    # Checks of the edge are no load, and a stream lasts as long as it is wanted.
    times = [
        one.milliseconds
        for one in sent
        if not one.failure and not one.repeated and not one.kind.startswith(("edge", "stream"))
    ]
    shown = "".join(f"{percentile(times, part):9.0f}" for part in (50, 95, 99)) if times else ""
    failed, repeated = sum(bool(one.failure) for one in sent), sum(bool(one.repeated) for one in sent)
    return f"{phase.name:<38}{phase.end - phase.start:8.1f}{len(sent):10}{failed:8}{repeated:10}{shown}"
