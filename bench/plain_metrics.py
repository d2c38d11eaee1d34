"""A part of the metrics as one would first write them: loops over readings and over the grid. Without MAGE and ADRR."""

import math
import statistics
from itertools import pairwise

STEP = 300


def plain_metrics(times: list[int], mg_dl: list[int]) -> dict[str, float]:
    """Of readings in the order of time, more than a day of them; ``times`` in seconds."""
    return {**_of_values(mg_dl), **_of_grid(_grid(times, mg_dl))}


def _of_values(mg_dl: list[int]) -> dict[str, float]:
    count, mean, deviation = len(mg_dl), statistics.fmean(mg_dl), statistics.stdev(mg_dl)
    risks = [1.509 * (math.log(value) ** 1.084 - 5.381) for value in mg_dl]
    quarters = statistics.quantiles(mg_dl, n=4, method="inclusive")
    edges = {"very_low": (0, 53), "low": (54, 69), "target": (70, 180), "high": (181, 250), "very_high": (251, 999)}
    grades = [min(50, 425 * (math.log10(math.log10(value / 18)) + 0.16) ** 2) for value in mg_dl]
    return {
        "mean": mean,
        "sd": deviation,
        "cv_percent": 100 * deviation / mean,
        "gmi_percent": 3.31 + 0.02392 * mean,
        "ea1c_percent": (mean + 46.7) / 28.7,
        "q1": quarters[0],
        "median": quarters[1],
        "q3": quarters[2],
        "j_index": 0.001 * (mean + deviation) ** 2,
        **{name: 100 * sum(low <= value <= high for value in mg_dl) / count for name, (low, high) in edges.items()},
        "lbgi": 10 * sum(min(risk, 0) ** 2 for risk in risks) / count,
        "hbgi": 10 * sum(max(risk, 0) ** 2 for risk in risks) / count,
        "grade": statistics.fmean(grades),
        "m_value": statistics.fmean(1000 * abs(math.log10(value / 90)) ** 3 for value in mg_dl),
    }


def _grid(times: list[int], mg_dl: list[int]) -> dict[int, float]:
    found: dict[int, float] = {}
    for (earlier, low), (later, high) in pairwise(zip(times, mg_dl, strict=True)):
        if later - earlier <= 9 * STEP:
            for point in range(-(-earlier // STEP) * STEP, later + 1, STEP):
                found[point] = low + (high - low) * (point - earlier) / (later - earlier)
    return found


def _of_grid(grid: dict[int, float]) -> dict[str, float]:
    step, hour, day = (
        [value - grid[time - lag] for time, value in grid.items() if time - lag in grid]
        for lag in (STEP, 12 * STEP, 288 * STEP)
    )
    return {
        "modd": statistics.fmean(map(abs, day)),
        "conga_24": statistics.stdev(day),
        "gvp_percent": 100 * (statistics.fmean(math.hypot(change, 5) for change in step) / 5 - 1),
        "mag": 12 * statistics.fmean(map(abs, step)),
        "li": 168 * statistics.fmean((change / 18.0182) ** 2 for change in hour),
    }
