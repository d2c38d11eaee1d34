"""Some of the kinds of faults, at moments of a fixed seed; and that a run would notice what is wrong."""

import pytest

from tests.faults.kinds import KINDS
from tests.faults.report import failures, summary, table
from tests.faults.rounds import Run
from tests.faults.stage import stage

# Each takes some twenty seconds, which the suite has not for all of them.
ROUNDS = 5
# Of a file: two batches.
LINES = 12_000


@pytest.mark.timeout(900)
def test_after_faults_nothing_is_lost_or_doubled_and_all_recovers_by_itself() -> None:
    with stage() as running:
        result = Run(running, rounds=ROUNDS, seed=1, tell=print, lines=LINES)()
        print(*table(result), *failures(result), summary(result), sep="\n")

    assert list(failures(result)) == []
    assert result.rounds + result.skipped.total() == ROUNDS
    assert set(result.skipped) <= {kind.name for kind in KINDS if kind.needs_disk}
    assert result.counted.acknowledged > 0
    assert result.counted.shown > 0
    went_on = ("imports done", "tasks done", "webhook events", "periods run")
    assert all(result.background[what] > 0 for what in went_on)
