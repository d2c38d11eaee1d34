"""What it costs that the database checks who asks: the same statements in somebody's name, and unchecked."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

import sql
from accounts import identity
from bench.dataset import NOW
from bench.history import history, store_newest
from bench.people import clinic
from bench.report import Ratio, print_dataset
from bench.timing import Spread, interleaved, seconds_of, spread
from glucose.selectors.latest import latest_per_patient

DAYS: Final = 14
PATIENTS: Final = 1_000
MOST_MS_MORE: Final = 1
MOST_TIMES: Final = 1.5
# The body of secured.reading_sequence, as its owner may run it.
SEQUENCE: Final = """
    SELECT
        array_send(array_agg(time)), array_send(array_agg(mg_dl)), array_send(array_agg(cadence_minutes)),
        array_send(array_agg(utc_offset_minutes))
    FROM (
        SELECT time, mg_dl, cadence_minutes, utc_offset_minutes FROM reading
        WHERE patient_id = %s AND time >= %s AND time < %s AND NOT excluded ORDER BY time
    ) AS ordered
"""


def measure() -> Iterator[Ratio]:
    """One patient's readings, and the newest reading of everybody in a clinic."""
    data = history()
    print_dataset(data.about)
    window = {"patient": data.patient_id, "start": NOW - timedelta(days=DAYS), "end": NOW}
    user = data.clinic.clinician.user_id
    mine, reference = _sides(user, partial(sql.rows, "reading_sequence", window), partial(_rows, list(window.values())))
    yield Ratio(
        f"the readings of {DAYS} days of one patient",
        mine.median - reference.median,
        ("at most", MOST_MS_MORE),
        (mine, reference),
        unit="ms more",
    )
    people = clinic("isolation", PATIENTS)
    store_newest(people, NOW)
    print_dataset(f"{PATIENTS:,} patients in the care of one clinician, with a newest reading each")
    newest = partial(latest_per_patient, people.clinician, edge=None, backwards=False, limit=PATIENTS)
    mine, reference = _sides(people.clinician.user_id, newest, newest)
    yield Ratio(
        f"the newest reading of each of {PATIENTS:,} patients",
        mine.median / reference.median,
        ("at most", MOST_TIMES),
        (mine, reference),
    )


def _sides(user_id: UUID, secured: Callable[[], Any], unchecked: Callable[[], Any]) -> tuple[Spread, Spread]:
    """Latencies; each is a transaction, as a request is."""

    def in_a_name() -> None:
        with identity.acting(user_id):
            assert secured()

    def as_owner() -> None:
        with transaction.atomic():
            assert unchecked()

    runs = [partial(seconds_of, act) for act in (in_a_name, as_owner)]
    found = interleaved(*runs, rounds=200, warm_up=25)
    mine, reference = ([seconds * 1000 for seconds in side] for side in found)
    return spread("in somebody's name", "ms", mine), spread("unchecked", "ms", reference)


def _rows(parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCE, parameters)
        found: list[Any] = cursor.fetchall()
        return found
