"""When a patient's sensors can have given readings: what the gap ledger expects. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from glucose.coverage import Ranges, both, united

# A FreeStyle Libre needs an hour before its first reading, and ends by itself after fourteen days.
WARM_UP: Final = timedelta(minutes=60)
LIFE: Final = timedelta(days=14)
_FAR_PAST: Final = -(1 << 40)


@dataclass(frozen=True, slots=True)
class Worn:
    """A sensor: when it was put on, and when it was seen to have ended; None where that is not known."""

    activated_at: datetime | None
    ended_at: datetime | None


def expected(sensors: Sequence[Worn], start: int, end: int) -> Ranges:
    """The parts of ``[start, end)`` in which readings are expected.

    Between sensors and while one warms up nothing is. Before the first sensor that is known, and where none is known
    or one has no time of activation, every minute is: whoever does not tell of a sensor may wear one.
    """
    window = np.array([[start, end]], dtype=np.int64)
    if end <= start or not sensors or any(worn.activated_at is None for worn in sensors):
        return window[window[:, 0] < window[:, 1]]
    told = [(worn.activated_at, worn.ended_at) for worn in sensors if worn.activated_at is not None]
    before = (_FAR_PAST, min(int(activated.timestamp()) for activated, _ in told))
    return both(window, united(np.array([before, *(_wear(*times) for times in told)], dtype=np.int64)))


def _wear(activated_at: datetime, ended_at: datetime | None) -> tuple[int, int]:
    over = activated_at + LIFE
    return int((activated_at + WARM_UP).timestamp()), int(min(ended_at or over, over).timestamp())
