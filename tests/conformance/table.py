"""docs/conformance.md, made of what was found."""

from collections.abc import Mapping
from typing import Final

from analytics.compatibility.tidepool import BANDS, mmol_l
from analytics.metrics.time_in_range import STANDARD, Band
from tests.conformance.compared import EQUAL, Comparison
from tests.conformance.ours import ROOT
from tests.conformance.their_way import PY_AGATA, PYTHON, R, why

EDGES: Final = (53, 54, 55, 69, 70, 71, 180, 181, 250, 251)
FIVE: Final = ("very_low", "low", "target", "high", "very_high")
TABLE: Final = ROOT / "docs" / "conformance.md"
HEAD: Final = f"""# Conformance

Made by `python -m tests.conformance --write`; do not edit. The largest relative difference of each metric over five
subjects: from {R} on its example subjects, and from {PYTHON} on the five of Hall et al. 2018 that
`simulator/data/` holds. A difference up to {EQUAL:.0e} is called equal. Where there is a reason, our number by iglu's
rule, which `statistics/?compatibility=iglu` answers (`analytics/compatibility/iglu.py`), is equal to iglu's for every
subject. `make test` computes the second column anew; the first needs data that is not ours to ship, and is from the
last run of the command.

| metric | {R} | {PYTHON} | why it differs |
|---|---|---|---|
"""
FOOT: Final = f"""
{PYTHON} is a translation: it has no 22.77 in LBGI and HBGI, and takes the active share from the sum of all gaps where
iglu rounds each; `compatibility=iglu` is iglu.

What these subjects do not show, found by asking iglu-python for traces made for it: its grid begins at 00:05, so a
reading at 00:00 of the first day is left out; ours begins with the first reading. A segment shorter than the long
average of MAGE (32 points) has none here; iglu-python has one from 7 points on. After a start of hours without any
change it has no MAGE; here what follows counts. It has no lability index.

"""
AGATA_HEAD: Final = f"""## AGATA

From {PY_AGATA} on the same five of Hall et al. 2018, each reading moved to the next multiple of five minutes because
AGATA takes only a regular grid. The third column is our number by its rule, which `statistics/?compatibility=agata`
answers (`analytics/compatibility/agata.py`). `make test` computes both anew.

| metric | {PY_AGATA} | by its rule | why it differs |
|---|---|---|---|
"""
TIDEPOOL: Final = """
## Tidepool

Its backend cannot be asked here: `statistics/?compatibility=tidepool` (`analytics/compatibility/tidepool.py`) is by the
rules of its public source, and is held against values done by hand (`tests/unit/test_compatibility.py`). It keeps and
compares mmol/L of 18.01559 mg/dL, with edges at 3.0, 3.9, 10.0 and 13.9:

| mg/dL | mmol/L as kept | ours | Tidepool |
|---|---|---|---|
"""


def table(found: list[Comparison]) -> str:
    """The whole page."""
    iglu, agata = _metrics(found, R, PYTHON), _metrics(found, PY_AGATA)
    rows = [_row([metric, *_both(metric, found), _reason(metric, found, R, PYTHON)]) for metric in iglu]
    rows_of_agata = [
        _row([metric, _largest(metric, PY_AGATA, found), _by_rule(metric, found), _reason(metric, found, PY_AGATA)])
        for metric in agata
    ]
    return "".join([HEAD, *rows, FOOT, AGATA_HEAD, *rows_of_agata, TIDEPOOL, *map(_edge, EDGES)])


def _edge(mg_dl: int) -> str:
    kept = f"{float(mmol_l(mg_dl)):.5f}"
    return _row([str(mg_dl), kept, _band_of(mg_dl, STANDARD), _band_of(mg_dl, BANDS)])


def _band_of(mg_dl: int, bands: Mapping[str, Band]) -> str:
    """The one of the five that it lies in."""
    return next(name for name in FIVE if bands[name].lowest <= mg_dl <= bands[name].highest).replace("_", " ")


def _metrics(found: list[Comparison], *oracles: str) -> list[str]:
    # In the order of the last oracle, which has them all.
    return list(dict.fromkeys(row.metric for row in found if row.oracle == oracles[-1]))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells).rstrip() + " |\n"


def _both(metric: str, found: list[Comparison]) -> tuple[str, str]:
    return _largest(metric, R, found), _largest(metric, PYTHON, found)


def _reason(metric: str, found: list[Comparison], *oracles: str) -> str:
    rows = [row for row in found if row.metric == metric and row.oracle in oracles]
    return why(oracles[0], metric) if max(row.difference for row in rows) > EQUAL else ""


def _largest(metric: str, oracle: str, found: list[Comparison]) -> str:
    return _said([row.difference for row in found if (row.metric, row.oracle) == (metric, oracle)])


def _by_rule(metric: str, found: list[Comparison]) -> str:
    return _said([row.difference_their_way for row in found if (row.metric, row.oracle) == (metric, PY_AGATA)])


def _said(differences: list[float]) -> str:
    if not differences:
        return "not asked"
    return "equal" if max(differences) <= EQUAL else f"{max(differences):.1e}"
