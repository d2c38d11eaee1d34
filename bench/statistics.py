"""Every statistic, the profile by time of day and the episodes of one patient through HTTP, against SELECT 1.

SELECT 1 is asked for with the same authentication.
"""

from collections.abc import Iterator
from typing import Final

from bench.comparison import SELECT_1, compared, window
from bench.dataset import DAYS
from bench.history import history
from bench.report import Ratio, print_dataset
from bench.web import running_web

GOALS: Final = {
    ("statistics", 14): 3.0,
    ("statistics", DAYS): 5.0,
    ("agp", 14): 2.0,
    ("agp", DAYS): 5.0,
    ("episodes", 14): 3.0,
    ("episodes", DAYS): 5.0,
}


def measure() -> Iterator[Ratio]:
    """A ratio for each endpoint and length of the window."""
    data = history()
    print_dataset(data.about)
    with running_web() as client:
        for (endpoint, days), most in GOALS.items():
            path = f"/api/v1/patients/{data.patient_id}/{endpoint}/?{window(days)}"
            named = (f"{endpoint} of {days} days", path)
            mine, reference = compared(client, data.clinic.token, named, SELECT_1, rounds=150)
            name = f"{endpoint} of {days} days against SELECT 1"
            yield Ratio(name, mine.median / reference.median, ("at most", most), (mine, reference))
