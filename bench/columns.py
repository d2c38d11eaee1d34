"""14 days of history in columns through HTTP, against SELECT 1 and against a ModelSerializer."""

from collections.abc import Iterator
from typing import Final

from bench.comparison import SELECT_1, compared, window
from bench.history import history
from bench.report import Ratio, print_dataset
from bench.web import running_web

DAYS: Final = 14


def measure() -> Iterator[Ratio]:
    """Both references, one after the other."""
    data = history()
    print_dataset(data.about)
    path = f"/api/v1/patients/{data.patient_id}/readings/?{window(DAYS)}&layout=columns"
    serializer = f"/bench/patients/{data.patient_id}/readings/?{window(DAYS)}"
    with running_web() as client:
        mine, reference = compared(client, data.clinic.token, ("columns", path), SELECT_1, rounds=150)
        yield Ratio(
            f"{DAYS} days in columns against SELECT 1 with the same authentication",
            mine.median / reference.median,
            ("at most", 2.5),
            (mine, reference),
        )
        mine, reference = compared(
            client, data.clinic.token, ("columns", path), ("ModelSerializer", serializer), rounds=40
        )
        yield Ratio(
            f"{DAYS} days in columns against a ModelSerializer over the same rows: times faster",
            reference.median / mine.median,
            ("at least", 8),
            (mine, reference),
        )
