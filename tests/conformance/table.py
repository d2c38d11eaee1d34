"""docs/conformance.md, made of what was found."""

from typing import Final

from tests.conformance.compared import EQUAL, PYTHON, Comparison, R
from tests.conformance.oracle import CALLS
from tests.conformance.ours import ROOT
from tests.conformance.their_way import WHY

TABLE: Final = ROOT / "docs" / "conformance.md"
HEAD: Final = f"""# Conformance

Made by `python -m tests.conformance --write`; do not edit. The largest relative difference of each metric over five
subjects: from {R} on its example subjects, and from {PYTHON} on the five of Hall et al. 2018 that
`simulator/data/` holds. A difference up to {EQUAL:.0e} is called equal. Where there is a reason, our number by iglu's
rule (`tests/conformance/their_way.py`) is equal to iglu's for every subject. `make test` computes the second column
anew; the first needs data that is not ours to ship, and is from the last run of the command.

| metric | {R} | {PYTHON} | why it differs |
|---|---|---|---|
"""

FOOT: Final = """
What these subjects do not show, found by asking iglu-python for traces made for it: its grid begins at 00:05, so a
reading at 00:00 of the first day is left out; ours begins with the first reading. A segment shorter than the long
average of MAGE (32 points) has none here; iglu-python has one from 7 points on. After a start of hours without any
change it has no MAGE; here what follows counts. It has no lability index.
"""


def table(found: list[Comparison]) -> str:
    """The whole page."""
    return HEAD + "".join(_row(metric, found) for metric in CALLS) + FOOT


def _row(metric: str, found: list[Comparison]) -> str:
    cells = [metric, _largest(metric, R, found), _largest(metric, PYTHON, found), WHY.get(metric, "")]
    return "| " + " | ".join(cells).rstrip() + " |\n"


def _largest(metric: str, oracle: str, found: list[Comparison]) -> str:
    differences = [row.difference for row in found if (row.metric, row.oracle) == (metric, oracle)]
    if not differences:
        return "not asked"
    return "equal" if max(differences) <= EQUAL else f"{max(differences):.1e}"
