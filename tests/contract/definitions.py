"""docs/definitions.md, made of the definitions that the API answers; and the numbers that a version stands for."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.category_definitions import CATEGORY_DEFINITIONS
from analytics.definitions import DEFINITIONS, RULES, Definition
from analytics.explain import value_at
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import CONSENSUS, CV, Goal, Targets
from analytics.metrics.trace import Trace
from analytics.statistics import statistics_answer

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "definitions.md"
RECORDED: Final = Path(__file__).parent / f"definitions_{DEFINITIONS_VERSION}.json"
WORDS: Final = {"above": "more than", "below": "less than", "at_most": "at most"}
MIDNIGHT: Final = 1_772_334_000
HEAD: Final = f"""# Definitions, version {DEFINITIONS_VERSION}

Made by `make schema`; do not edit. Every answer with numbers names the version of their definitions; `definitions/`
of the API answers what stands here, and `statistics/?explain=true` what went into each number. Where other programs
differ: [conformance](conformance.md).

"""


def page() -> str:
    """The whole page."""
    return "".join([HEAD, *(f"- {rule}\n" for rule in RULES), *_targets(), *_categories(), *_numbers()])


def _targets() -> Iterator[str]:
    yield "\n## Targets\n\n| set | target, mg/dL | goals |\n|---|---|---|\n"
    for targets in CONSENSUS.values():
        yield f"| `{targets.ranges}` | {targets.low} to {targets.high} | {'; '.join(map(_goal, targets.goals))} |\n"


def _goal(goal: Goal) -> str:
    what = "coefficient of variation" if goal.measure == CV else f"`{goal.measure}`"
    return f"{what} {WORDS[goal.comparison]} {goal.limit:g} %"


def _categories() -> Iterator[str]:
    yield "\n## Categories of the clinic's overview\n\nOf the current period; a patient may be in several.\n\n"
    yield "| category | who is in it |\n|---|---|\n"
    yield from (f"| {one.title} (`{one.name}`) | {one.rule} |\n" for one in CATEGORY_DEFINITIONS)


def _numbers() -> Iterator[str]:
    yield "\n## Numbers\n\n"
    yield "| number | unit | computed from | formula | null when | source |\n|---|---|---|---|---|---|\n"
    yield from map(_row, DEFINITIONS)


def _row(one: Definition) -> str:
    cells = [f"{one.title} (`{one.name}`)", one.unit, one.basis, one.formula, one.null_when, one.source]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def recorded() -> dict[str, Any]:
    """The formulas of the version, and every number of some traces in both weightings and all sets of targets."""
    return {
        "formulas": {one.name: one.formula for one in DEFINITIONS},
        "categories": {one.name: one.rule for one in CATEGORY_DEFINITIONS},
        "numbers": {
            f"{name}, {targets.ranges}, {'count' if by_count else 'time'}": _of(trace, targets, by_count)
            for name, trace in _traces().items()
            for targets in CONSENSUS.values()
            for by_count in (False, True)
        },
    }


def _of(trace: Trace, targets: Targets, by_count: bool) -> dict[str, Any]:
    enough = sufficiency(minutes=trace.minutes, window_minutes=14 * 1440, days_with_data=trace.days_with_data)
    answer = statistics_answer(trace, enough, days=14, targets=targets, unit="mg/dL", by_count=by_count)
    goals = {f"goals.{one['measure']}": one["met"] for one in answer["goals"]["results"]}
    return {one.name: value_at(answer, one.name) for one in DEFINITIONS} | goals


def _traces() -> dict[str, Trace]:
    """What numbers can hang on: lows and highs at every edge, gaps, mixed cadences, a change of the clock."""
    minutes = np.arange(0, 14 * 1440, 5)
    swings = 140 + 75 * np.sin(minutes / 130) + 30 * np.sin(minutes / 47) + 20 * np.sin(minutes / 900)
    lows = np.where((minutes > 5000) & (minutes < 5200), 48 + minutes % 25, swings)
    kept = (minutes % 1440 < 1300) | (minutes > 9000)
    offsets = np.where(minutes < 8000, -180, -120)
    mixed = np.concatenate((np.arange(0, 2880, 1), np.arange(2880, 5760, 5), np.arange(5760, 8640, 15)))
    cadences = np.repeat([1, 5, 15], [2880, 576, 192])
    return {
        "two weeks": _trace(minutes[kept], lows[kept], np.full(kept.sum(), 5), offsets[kept]),
        "mixed cadences": _trace(mixed, 150 + 110 * np.sin(mixed / 200), cadences, np.full(len(mixed), 345)),
        "edges": Trace.of(*_edges()),
    }


def _edges() -> tuple[Any, ...]:
    values = np.repeat([20, 53, 54, 62, 63, 69, 70, 112, 113, 140, 141, 180, 181, 250, 251, 600], 7)
    return MIDNIGHT + 300 * np.arange(len(values)), values, np.full(len(values), 5), np.zeros(len(values))


def _trace(minutes: Iterable[Any], mg_dl: Any, cadences: Any, offsets: Any) -> Trace:
    return Trace.of(MIDNIGHT + 60 * np.asarray(minutes), np.rint(np.clip(mg_dl, 40, 400)), cadences, offsets)
