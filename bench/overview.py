"""The overview of a clinic over 14 days and the 14 before, with nothing kept: in the database, and through HTTP."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Final

from django.db import connection
from django.utils import timezone

from accounts import identity
from analytics.selectors import period_sums
from analytics.selectors.clinic import followed_patients
from analytics.selectors.period_sums import Followed
from api.counters import counters
from api.kept import PREFIX
from bench.comparison import SELECT_1, WARM_UP
from bench.history import loaded, store_newest
from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import Spread, interleaved, seconds_of, spread
from bench.web import requests, running_web

DAYS: Final = 14
# Both periods, today, and a day for the zone.
LOADED_DAYS: Final = 2 * DAYS + 2
SIZES: Final = (100, 1_000, 5_000)
GOAL_SIZE: Final = 1_000
MOST_MS: Final = {"in the database": 60.0, "through HTTP": 150.0}
MOST_TIMES: Final = 1.3
# The least that the same rows of the aggregate can cost: one sum.
LEAST: Final = """
    SELECT patient_id, sum(minutes) FROM reading_day
    WHERE bucket >= now() - INTERVAL '30 days' AND bucket < date_trunc('day', now(), 'UTC') AND patient_id = ANY (%s)
    GROUP BY patient_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A clinic's latencies, each beside its reference."""

    size: int
    database: tuple[Spread, Spread]
    web: tuple[Spread, Spread]


def measure() -> Iterator[Ratio]:
    """The goals of 1,000 patients, and how each size compares with the one before it."""
    now = datetime.now(UTC).replace(microsecond=0)
    for size in SIZES:
        people = clinic(f"overview {size}", size)
        print_dataset(loaded(people, now, LOADED_DAYS).about)
        store_newest(people, now)
    with connection.cursor() as cursor:
        # As autovacuum does: the planner knows of the aggregate's rows.
        cursor.execute("ANALYZE")
    with running_web() as client:
        found = [_measured(client, clinic(f"overview {size}", size)) for size in SIZES]
    for one in found:
        yield from _ratios(one)
    for fewer, more in pairwise(found):
        yield _growth(fewer, more)


def _measured(client: http.client.HTTPConnection, people: Clinic) -> Measured:
    size = len(people.patients)
    now = timezone.now()
    with identity.acting(people.clinician.user_id):
        followed = followed_patients(people.clinician, now)
    runs = [partial(_in_the_database, people, followed), partial(_least, people)]
    rounds = 40 if size <= GOAL_SIZE else 10
    mine, least = interleaved(*runs, rounds=rounds, warm_up=5)
    asked = [requests(client, people.token, path) for path in ("/api/v1/clinic/overview/", SELECT_1[1])]
    warm_up = WARM_UP if size <= GOAL_SIZE else 5
    overview, one = interleaved(partial(_unkept, asked[0]), asked[1], rounds=rounds, warm_up=warm_up)
    return Measured(
        size,
        (spread(f"sums of {size:,} patients", "ms", mine), spread("one sum of the aggregate", "ms", least)),
        (spread(f"overview of {size:,} patients", "ms", overview), spread(SELECT_1[0], "ms", one)),
    )


def _ratios(one: Measured) -> Iterator[Ratio]:
    """Milliseconds where there is a goal in them, with the reference of the same run beside."""
    for where, sides in (("in the database", one.database), ("through HTTP", one.web)):
        most = MOST_MS[where] * one.size / GOAL_SIZE if one.size > GOAL_SIZE else MOST_MS[where]
        yield Ratio(f"{one.size:,} patients {where}", sides[0].median, ("at most", most), sides, unit="ms")


def _growth(fewer: Measured, more: Measured) -> Ratio:
    """What a patient costs in the larger clinic over what one costs in the smaller."""
    sides = (more.database[0], fewer.database[0])
    value = (sides[0].median / more.size) / (sides[1].median / fewer.size)
    return Ratio(f"a patient of {more.size:,} against one of {fewer.size:,}", value, ("at most", MOST_TIMES), sides)


def _in_the_database(people: Clinic, followed: list[Followed]) -> float:
    """The statement, its arrays read into NumPy included, in somebody's name."""
    with identity.acting(people.clinician.user_id):
        return 1000 * seconds_of(partial(period_sums.fresh_sums, followed, DAYS))


def _least(people: Clinic) -> float:
    with connection.cursor() as cursor:
        ids = [patient.id for patient in people.patients]
        return 1000 * seconds_of(lambda: cursor.execute(LEAST, [ids]).fetchall())


def _unkept(ask: Callable[[], float]) -> float:
    """A request for which nothing is kept."""
    client = counters().client
    client.delete("", *client.scan_iter(f"{PREFIX}*", count=10_000))
    return ask()
