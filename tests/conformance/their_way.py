"""Where iglu's rule is another, our number by its rule: a difference is explained when this one is equal."""

from typing import Final

import numpy as np

from tests.conformance.ours import Numbers, Readings

OURS_OF_22_77: Final = 10 * 1.509**2
STEP_SECONDS: Final = 300
LOW_OF_GRADE: Final = 80

WHY: Final[dict[str, str]] = {
    "lbgi": "iglu in R rounds 10 · 1.509² to 22.77; we take 10 f² as the source does.",
    "hbgi": "As LBGI.",
    "adrr": "As LBGI.",
    "grade_hypo_percent": "iglu counts values below 80 mg/dL, some of them as normal too: its shares exceed 100 %.",
    "record_active_percent": "iglu counts whole steps of five minutes, between the readings; we divide minutes.",
}


def their_way(traces: dict[str, Readings], ours: Numbers, *, in_r: bool) -> Numbers:
    """Ours with the metrics of ``WHY`` by iglu's rules, or by those of its translation to Python."""
    return {subject: {**ours[subject], **_of(readings, ours[subject], in_r)} for subject, readings in traces.items()}


def _of(readings: Readings, ours: dict[str, float | None], in_r: bool) -> dict[str, float | None]:
    times, mg_dl = np.array(readings, dtype=np.int64).T
    return {
        **{name: (ours[name] or 0.0) * 22.77 / OURS_OF_22_77 for name in ("lbgi", "hbgi", "adrr")},
        "grade_hypo_percent": _grade_below(mg_dl, LOW_OF_GRADE),
        "record_active_percent": _share_of_steps(times, in_r),
    }


def _grade_below(mg_dl: np.ndarray, edge: int) -> float:
    scores = np.minimum(50, 425 * (np.log10(np.log10(mg_dl / 18)) + 0.16) ** 2)
    return 100 * float(scores[mg_dl < edge].sum() / scores.sum())


def _share_of_steps(times: np.ndarray, in_r: bool) -> float:
    """Steps of the whole record are rounded; of those that are missing each gap in R, their sum in Python."""
    apart = np.diff(times) / STEP_SECONDS
    steps = round(float(apart.sum())) + 1
    missing = float(np.maximum(apart.round() - 1, 0).sum()) if in_r else round(float((apart[apart > 1] - 1).sum()))
    return 100 * (steps - missing) / steps
