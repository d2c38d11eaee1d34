"""A script for a Python that has iglu-python: for each line it gets, the seconds that all its functions took.

``python iglu_metrics.py readings.csv``, with the columns time (seconds since 1970) and gl. Imports nothing of ours.
"""

import importlib
import sys
import time
from typing import Final

FUNCTIONS: Final = (
    "mean_glu", "median_glu", "quantile_glu", "sd_glu", "cv_glu", "gmi", "ea1c", "below_percent", "in_range_percent",
    "above_percent", "gri", "lbgi", "hbgi", "adrr", "j_index", "grade", "grade_hypo", "grade_eugly", "grade_hyper",
    "m_value", "mage", "modd", "conga", "gvp", "mag", "active_percent",
)  # fmt: skip


def main(path: str) -> None:
    """Answer until the input ends."""
    pandas, iglu = importlib.import_module("pandas"), importlib.import_module("iglu_python")
    iglu.utils.set_local_tz("UTC")
    readings = pandas.read_csv(path).assign(id="one")
    readings["time"] = pandas.to_datetime(readings["time"], unit="s")
    for _ in sys.stdin:
        start = time.perf_counter()
        for name in FUNCTIONS:
            getattr(iglu, name)(readings)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
