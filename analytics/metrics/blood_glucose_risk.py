"""Low and high blood glucose indices.

Source: Kovatchev et al. 1997, doi:10.2337/diacare.20.11.1655; 2006, doi:10.2337/dc06-1085.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.histogram import Histogram


def transformed(mg_dl: NDArray[np.int64]) -> NDArray[np.float64]:
    """f(g) = 1.509 ((ln g)^1.084 - 5.381), symmetric around 0 at 112.5 mg/dL; shape as given."""
    symmetric: NDArray[np.float64] = 1.509 * (np.log(mg_dl) ** 1.084 - 5.381)
    return symmetric


def lbgi(histogram: Histogram) -> float | None:
    """10 mean(f^2 where f < 0), the others counting 0; None without readings."""
    return _risk(histogram, -1)


def hbgi(histogram: Histogram) -> float | None:
    """10 mean(f^2 where f > 0), the others counting 0; None without readings."""
    return _risk(histogram, 1)


def _risk(histogram: Histogram, side: int) -> float | None:
    if histogram.count == 0:
        return None
    one_side = np.clip(side * transformed(histogram.values), 0, None)
    return 10 * float(np.dot(one_side**2, histogram.weights)) / histogram.total_weight
