"""Every metric of 14 and 90 days of one patient from arrays, against iglu-python, or plain loops where it is not there.

BENCH_IGLU_PYTHON names a Python that has iglu-python (GPL: in an environment of its own); it answers over a pipe.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import T1_T2
from analytics.metrics.trace import Trace
from analytics.statistics import statistics_answer
from bench.dataset import DAYS, NOW, about, cohort
from bench.peers import is_here, peer_seconds
from bench.plain_metrics import plain_metrics
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, seconds_of, spread
from glucose.samples import Samples

# Times faster: iglu-python's whole set, and loops over a part of ours.
GOALS: Final = {"iglu-python": 100.0, "plain loops": 5.0}


def measure() -> Iterator[Ratio]:
    """A ratio for each length of the window."""
    samples = cohort([UUID(int=1)])
    print_dataset(f"one patient, {about()}")
    for days in (14, DAYS):
        window = samples[samples.time >= int((NOW - timedelta(days=days)).timestamp())]
        with _reference(window) as (name, seconds):
            ours = partial(seconds_of, partial(all_metrics, window, days))
            mine, reference = interleaved(ours, seconds, rounds=10, warm_up=2)
        sides = spread("all metrics", "ms", _ms(mine)), spread(name, "ms", _ms(reference))
        yield Ratio(
            f"all metrics of {days} days against {name}: times faster",
            sides[1].median / sides[0].median,
            ("at least", GOALS[name]),
            sides,
        )


def all_metrics(samples: Samples, days: int) -> None:
    trace = Trace.of(samples.time, samples.mg_dl, samples.cadence_minutes, samples.utc_offset_minutes)
    enough = sufficiency(minutes=trace.minutes, window_minutes=1440 * days, days_with_data=trace.days_with_data)
    statistics_answer(trace, enough, days=days, targets=T1_T2, unit="mg/dL", by_count=False)


@contextmanager
def _reference(samples: Samples) -> Iterator[tuple[str, Callable[[], float]]]:
    if is_here("iglu-python"):
        with peer_seconds("iglu-python", samples) as seconds:
            yield "iglu-python", seconds
    else:
        times, mg_dl = samples.time.tolist(), samples.mg_dl.tolist()
        yield "plain loops", lambda: seconds_of(lambda: plain_metrics(times, mg_dl))


def _ms(seconds: list[float]) -> list[float]:
    return [1000 * value for value in seconds]
