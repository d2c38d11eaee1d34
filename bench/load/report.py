"""What is printed of a curve."""

from collections.abc import Sequence

import numpy as np

from bench.load.curve import (
    BENT,
    P95_GOAL_MS,
    P99_GOAL_MS,
    SATURATED,
    Step,
    bend,
    fastest_unsaturated,
    fastest_within_goals,
)
from bench.load.plan import Answers

GROUPS = ("web", "database", "redis", "ingest", "load", "others")


def print_head() -> None:
    """The columns, and what they mean."""
    print(
        "latency in ms from when a request was due; CPU in % of all cores, busiest in % of one core;\n"
        "in SQL: the part of the answer time in which a statement ran, timed in the web process\n"
    )
    columns = [f"{name:>9}" for name in ("rate/s", "answered", "p50", "p95", "p99", "errors", "in SQL %")]
    print(" ".join([*columns, "|", *(f"{name:>8}" for name in (*GROUPS, "busiest"))]), flush=True)


def print_step(step: Step) -> None:
    """A line of the table."""
    numbers = [f"{step.rate:>9}", f"{step.achieved:>9.1f}"]
    numbers += [f"{value:>9.0f}" for value in (step.p50, step.p95, step.p99, step.errors, 100 * step.in_sql)]
    shares = [f"{100 * value:>8.1f}" for value in (*(step.cpu[name] for name in GROUPS), step.busiest_core)]
    print(" ".join([*numbers, "|", *shares]), flush=True)


def print_kinds(rate: int, answers: Answers) -> None:
    """Each kind of request of one step."""
    print(f"\nby kind of request, at {rate} a second:")
    print(f"  {'':<22}{'requests':>9}{'p50':>8}{'p95':>8}{'most':>8}{'in SQL %':>10}")
    for name in sorted({answer.name for answer in answers.answered}):
        found = [answer for answer in answers.answered if answer.name == name]
        times = np.array([answer.milliseconds for answer in found])
        in_sql = 100 * sum(answer.database_milliseconds for answer in found) / times.sum()
        p50, p95 = np.percentile(times, [50, 95])
        print(f"  {name:<22}{len(found):>9}{p50:>8.0f}{p95:>8.0f}{times.max():>8.0f}{in_sql:>10.0f}")


def print_errors(answers: Answers) -> None:
    """What went wrong in a step, each kind once."""
    for error in sorted({answer.error for answer in answers.answered if answer.error is not None}):
        print(f"  error: {error}")


def verdict(steps: Sequence[Step]) -> str:
    """The last line."""
    bent, unsaturated, fastest = bend(steps), fastest_unsaturated(steps), fastest_within_goals(steps)
    words = [f"bends at {bent.rate} req/s" if bent else f"does not bend up to {steps[-1].rate} req/s"]
    if unsaturated is None:
        words.append(f"at every rate a core was busy for {SATURATED:.0%} or more")
    shown = unsaturated or fastest
    if shown is not None:
        words.append(
            f"at {shown.rate} req/s p95 {shown.p95:.0f} ms (goal {P95_GOAL_MS}),"
            f" p99 {shown.p99:.0f} ms (goal {P99_GOAL_MS})"
        )
    return f"load: {'; '.join(words)}"


def print_rules() -> None:
    """How the last line comes about."""
    print(
        f"\nIt bends at the first rate from which on p95 is over {BENT:g} times the least before it or misses a goal.\n"
        f"The last line has the highest rate at which every core was busy for less than {SATURATED:.0%}; in that is\n"
        "all that ran on it, the load generator and whatever else the machine did. Where there is no such rate,\n"
        "it has the highest one within the goals."
    )
