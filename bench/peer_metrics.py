"""A script for a Python that has a peer's package: for each line it gets, the seconds that its metrics took.

``python peer_metrics.py iglu-python|glycosignal readings.csv``, with the columns time (seconds since 1970) and gl.
Imports nothing of ours.
"""

import importlib
import sys
import time
from collections.abc import Callable
from typing import Any, Final

IGLU: Final = (
    "mean_glu", "median_glu", "quantile_glu", "sd_glu", "cv_glu", "gmi", "ea1c", "below_percent", "in_range_percent",
    "above_percent", "gri", "lbgi", "hbgi", "adrr", "j_index", "grade", "grade_hypo", "grade_eugly", "grade_hyper",
    "m_value", "mage", "modd", "conga", "gvp", "mag", "active_percent",
)  # fmt: skip


def iglu(readings: Any) -> Callable[[], object]:
    """Its functions for the metrics that we have too."""
    package = importlib.import_module("iglu_python")
    package.utils.set_local_tz("UTC")
    named = readings.assign(id="one")
    return lambda: [getattr(package, name)(named) for name in IGLU]


def glycosignal(readings: Any) -> Callable[[], object]:
    """Its core set in one call."""
    metrics = importlib.import_module("glycosignal.metrics")
    named = readings.rename(columns={"time": "Timestamp", "gl": "Glucose"})
    return lambda: metrics.summary_dict(named)


PEERS: Final = {"iglu-python": iglu, "glycosignal": glycosignal}


def main(peer: str, path: str) -> None:
    """Answer until the input ends."""
    pandas = importlib.import_module("pandas")
    readings = pandas.read_csv(path)
    readings["time"] = pandas.to_datetime(readings["time"], unit="s")
    run = PEERS[peer](readings)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
