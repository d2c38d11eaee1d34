"""Where a reading came from, and which source is believed where two tell the same minutes. Pure."""

from enum import IntEnum, unique
from typing import Final

import numpy as np
from numpy.typing import NDArray


@unique
class Source(IntEnum):
    """The codes that are stored; names are lower case on the wire."""

    LIBRELINKUP_CURRENT = 10
    LIBRELINKUP_GRAPH = 11
    LIBRELINKUP_LOGBOOK = 12
    UPLOAD = 20
    FILE = 30
    DEXCOM_SHARE = 40

    @property
    def wire_name(self) -> str:
        """The name in JSON."""
        return self.name.lower()


# Inside a batch the better source wins: a real-time measurement, then a graph or history point, then a file.
RANK: Final = {
    Source.LIBRELINKUP_CURRENT: 1,
    Source.DEXCOM_SHARE: 1,
    Source.LIBRELINKUP_GRAPH: 2,
    Source.LIBRELINKUP_LOGBOOK: 2,
    Source.UPLOAD: 2,
    Source.FILE: 3,
}
CLIENT_SOURCES: Final = {source.wire_name: source for source in (Source.UPLOAD, Source.FILE)}
WIRE_NAMES: Final = {source.value: source.wire_name for source in Source}
_RANK_BY_CODE: Final = np.full(max(Source) + 1, 9, dtype=np.int64)
for _source, _rank in RANK.items():
    _RANK_BY_CODE[_source] = _rank


def ranks(sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rank of each source code; lower is better."""
    return _RANK_BY_CODE[sources]
