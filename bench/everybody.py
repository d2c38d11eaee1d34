"""Every metric of 90 days of each of 100 patients, from the database to numbers in one process, against peers.

A peer has its readings in memory already. iglu-python's time of 3 patients is counted as if for all of them.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Final

from accounts import identity
from accounts.callers import Caller
from analytics.metrics.adrr import adrr
from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.conga import conga_mg_dl
from analytics.metrics.gri import gri
from analytics.metrics.j_index import j_index
from analytics.metrics.mage import mage
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import T1_T2
from analytics.metrics.time_in_range import time_in_range
from analytics.metrics.trace import Trace
from analytics.selectors.trace import trace_of_patient
from analytics.statistics import statistics_answer
from api.windows import Window
from bench.dataset import DAYS, NOW, SEED, cohort
from bench.history import loaded
from bench.peers import is_here, peer_seconds
from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import Spread, interleaved, seconds_of, spread
from glucose.samples import Samples

PATIENTS: Final = 100
ASKED: Final = 3
ROUNDS: Final = 5
MOST_SECONDS: Final = 2.0
IGLU_TIMES: Final = 100.0
WINDOW: Final = Window(NOW - timedelta(days=DAYS), NOW)


def measure() -> Iterator[Ratio]:
    """The seconds of all of them, and how many times faster that is than each peer that is here."""
    data = loaded(clinic("everybody", PATIENTS), NOW)
    print_dataset(data.about)
    caller, people = data.clinic.clinician, data.clinic
    _all_of(people, caller)
    ours = spread("from the database to numbers", "s", [_seconds(people, caller) for _ in range(ROUNDS)])
    fetch = spread("of which the readings' way", "s", [_fetch_seconds(people, caller) for _ in range(ROUNDS)])
    yield Ratio(f"every metric of {PATIENTS} patients", ours.median, ("at most", MOST_SECONDS), (ours, fetch), unit="s")
    if is_here("iglu-python"):
        theirs = _iglu(people)
        name = f"every metric of {PATIENTS} patients against iglu-python of {ASKED} of them: times faster"
        yield Ratio(name, theirs.median / ours.median, ("at least", IGLU_TIMES), (ours, theirs))
    if is_here("glycosignal"):
        samples = cohort([people.patients[0].id])
        with peer_seconds("glycosignal", samples) as seconds:
            mine, reference = interleaved(partial(seconds_of, partial(_core, samples)), seconds, rounds=25, warm_up=3)
        sides = spread("ours", "ms", _ms(mine)), spread("glycosignal", "ms", _ms(reference))
        name = "glycosignal's core set of one patient, both from memory: times faster"
        yield Ratio(name, sides[1].median / sides[0].median, ("at least", 1.0), sides)


def _core(samples: Samples) -> None:
    """What its ``summary_dict`` has."""
    trace = Trace.of(samples.time, samples.mg_dl, samples.cadence_minutes, samples.utc_offset_minutes)
    histogram = trace.histogram()
    for metric in (mean_mg_dl, sd_mg_dl, cv_percent, j_index, lbgi, hbgi, gri):
        metric(histogram)
    for percent in (0, 25, 50, 75, 100):
        percentile_mg_dl(histogram, percent)
    time_in_range(histogram, T1_T2.bands)
    conga_mg_dl(trace.grid)
    mage(trace.grid)
    adrr(trace.local_days, trace.mg_dl)


def _seconds(people: Clinic, caller: Caller) -> float:
    return seconds_of(lambda: _all_of(people, caller))


def _all_of(people: Clinic, caller: Caller) -> None:
    for patient in people.patients:
        with identity.acting(caller.user_id):
            _, trace = trace_of_patient(caller, patient.id, WINDOW)
        enough = sufficiency(minutes=trace.minutes, window_minutes=WINDOW.minutes, days_with_data=trace.days_with_data)
        answer = statistics_answer(trace, enough, days=DAYS, targets=T1_T2, unit="mg/dL", by_count=False)
        assert answer["readings"] > 0


def _fetch_seconds(people: Clinic, caller: Caller) -> float:
    def fetch() -> None:
        for patient in people.patients:
            with identity.acting(caller.user_id):
                trace_of_patient(caller, patient.id, WINDOW)

    return seconds_of(fetch)


def _iglu(people: Clinic) -> Spread:
    seconds = []
    for number, patient in enumerate(people.patients[:ASKED]):
        with peer_seconds("iglu-python", cohort([patient.id], seed=SEED + number)) as run:
            run()
            seconds.append(PATIENTS * run())
    return spread(f"iglu-python, of {ASKED} and times {PATIENTS}", "s", seconds)


def _ms(seconds: list[float]) -> list[float]:
    return [1000 * value for value in seconds]
