"""How many samples came, from where, and what became of them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from prometheus_client import Counter

from glucose.provenance import WIRE_NAMES

CAME: Final = Counter(
    "saude_readings",
    "Samples that came, by source and by what became of them: stored, duplicate or refused.",
    ["source", "outcome"],
)
OUTCOMES: Final = ("stored", "duplicate", "refused")


def count(sources: NDArray[np.int64], outcomes: NDArray[np.int8]) -> None:
    """Add a batch. An outcome is 0 for stored, 1 for a duplicate, more for each reason to refuse."""
    kinds = np.minimum(outcomes, 2).astype(np.int64)
    pairs, times = np.unique(sources.astype(np.int64) * len(OUTCOMES) + kinds, return_counts=True)
    for pair, many in zip(pairs.tolist(), times.tolist(), strict=True):
        source, kind = divmod(pair, len(OUTCOMES))
        CAME.labels(WIRE_NAMES.get(source, "unknown"), OUTCOMES[kind]).inc(many)
