"""What other programs say of which trace, how far we are from it, and whether we know why."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.ours import Readings, numbers
from tests.conformance.their_way import NOT_FOLLOWED, their_way

EQUAL: Final = 1e-6
FILE: Final = Path(__file__).resolve().parent / "numbers.csv"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number of another program, and ours."""

    oracle: str
    subject: str
    metric: str
    expected: float
    ours: float
    their_way: float

    @property
    def difference(self) -> float:
        """Ours from the other's number, relative to it, absolute where that is 0."""
        return _difference(self.ours, self.expected)

    @property
    def difference_their_way(self) -> float:
        """As ``difference``, of ours by their rule."""
        return _difference(self.their_way, self.expected)

    @property
    def explained(self) -> bool:
        """Whether ours, or ours by their rule, is their number, or it is named why we do not follow."""
        if (self.oracle, self.metric) in NOT_FOLLOWED:
            return True
        return min(self.difference, self.difference_their_way) <= EQUAL


def known() -> list[Comparison]:
    """As written down by the last `python -m tests.conformance --write`."""
    with FILE.open(newline="") as file:
        return [
            Comparison(
                row["oracle"],
                row["subject"],
                row["metric"],
                *(float(row[column]) for column in ("expected", "ours", "their_way")),
            )
            for row in csv.DictReader(file)
        ]


def write(found: list[Comparison]) -> None:
    """Write down what was found."""
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["oracle", "subject", "metric", "expected", "ours", "their_way"])
        writer.writerows(
            (row.oracle, row.subject, row.metric, repr(row.expected), repr(row.ours), repr(row.their_way))
            for row in found
        )


def compared(oracle: str, theirs: dict[str, dict[str, float]], traces: dict[str, Readings]) -> list[Comparison]:
    """A comparison for each number that the other program has."""
    ours = numbers(traces)
    by_their_rules = their_way(oracle, traces, ours)
    return [
        Comparison(
            oracle, subject, metric, expected, _number(ours[subject][metric]), _number(by_their_rules[subject][metric])
        )
        for subject, metrics in theirs.items()
        for metric, expected in metrics.items()
    ]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _difference(value: float, expected: float) -> float:
    return abs(value - expected) / (abs(expected) or 1)
