"""Glycaemic risk assessment diabetes equation.

Source: Hill et al. 2007, doi:10.1111/j.1464-5491.2007.02119.x.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.metrics.histogram import Histogram

# Hill's 3.9 and 7.8 mmol/L. Both edges belong to euglycaemia, so that the shares are disjoint.
EU_LOWEST: Final = 70
EU_HIGHEST: Final = 140
CAP: Final = 50.0


@dataclass(frozen=True, slots=True)
class Grade:
    """The mean score from 0 to 50, and how much of it is due to low, normal and high values, in %."""

    score: float
    hypo_percent: float
    eu_percent: float
    hyper_percent: float


def grade(
    histogram: Histogram, *, lowest: int = EU_LOWEST, highest: int = EU_HIGHEST, cap: float = CAP
) -> Grade | None:
    """Mean of min(50, 425 (log10(log10(g / 18)) + 0.16)^2), weighted, and its shares; None without readings.

    g in mg/dL; hypo is below 70, hyper above 140. Tools differ in these edges and in the cap of 50.
    """
    if histogram.count == 0:
        return None
    risk = np.minimum(cap, 425 * (np.log10(np.log10(histogram.values / 18)) + 0.16) ** 2) * histogram.weights
    low, high = np.searchsorted(histogram.values, [lowest, highest + 1])
    whole = float(risk.sum())
    hypo, eu, hyper = (100 * (float(part.sum()) / whole) for part in (risk[:low], risk[low:high], risk[high:]))
    return Grade(whole / histogram.total_weight, hypo, eu, hyper)
