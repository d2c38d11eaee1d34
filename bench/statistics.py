"""The statistics of 14 and of 90 days through HTTP, against SELECT 1 with the same authentication."""

from collections.abc import Iterator
from typing import Final

from bench.comparison import SELECT_1, compared, window
from bench.dataset import DAYS
from bench.history import history
from bench.report import Ratio, print_dataset
from bench.web import running_web

GOALS: Final = {14: 3.0, DAYS: 5.0}


def measure() -> Iterator[Ratio]:
    """A ratio for each length of the window."""
    data = history()
    print_dataset(data.about)
    with running_web() as client:
        for days, most in GOALS.items():
            path = f"/api/v1/patients/{data.patient_id}/statistics/?{window(days)}"
            mine, reference = compared(
                client, data.clinic.token, (f"statistics of {days} days", path), SELECT_1, rounds=150
            )
            yield Ratio(
                f"statistics of {days} days against SELECT 1",
                mine.median / reference.median,
                ("at most", most),
                (mine, reference),
            )
