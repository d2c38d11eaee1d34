"""New readings, told to the streams that are open once they are committed. Redis is a hint, the database the truth."""

import logging
import time
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from api.redis_clients import client
from glucose.announced import KEPT, KEY
from glucose.samples import Samples

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 0.25
SILENT_SECONDS: Final = 5.0
# Of one patient at once; who wants more of the past reads it.
MOST: Final = 60
SCRIPT: Final = Path(__file__).resolve().parents[1] / "lua" / "announce.lua"


def announce_after_commit(samples: Samples, index: NDArray[np.intp], before: NDArray[np.int64]) -> None:
    """Tell which of the samples are newer than their patient's newest reading ``before``, once they are committed.

    Sorted by patient (``index``) and time. What is not newer is no news: a late reading must not look like the latest.
    """
    newer = np.flatnonzero(samples.time > before)
    # Positions of one patient are neighbours, and the newest come last.
    followed = np.searchsorted(index[newer], index[newer], side="right") - np.arange(len(newer))
    told = newer[followed <= MOST]
    if len(told):
        entries = [part for at in told.tolist() for part in (samples.patient[at].tobytes(), int(samples.time[at]))]
        # A commit that stands is not undone by what comes after it.
        transaction.on_commit(partial(announce, entries), robust=True)


def announce(entries: list[Any]) -> None:
    """Put patient and time of each into the stream; where Redis does not answer, the next time says that some are lost.

    It costs the ingest no more than a short wait, and nothing for some seconds after that.
    """
    _announcer(settings.REDIS_URL).tell(entries)


class _Announcer:
    """This process's way to Redis."""

    def __init__(self, url: str) -> None:
        # No second try: an entry whose answer was lost would stand there twice. An idle connection is tried before.
        self._client = client(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=1,
        )
        self._script = self._client.register_script(SCRIPT.read_text(encoding="utf-8"))
        self._silent_until = 0.0
        self._lost = False

    def tell(self, entries: list[Any]) -> None:
        """Tell them, or remember that they were not told."""
        if time.monotonic() < self._silent_until:
            return
        try:
            self._script(keys=[KEY], args=[KEPT, "1" if self._lost else "", *entries])
        except RedisError as error:
            if not self._lost:
                log.error("new readings are not told to open streams, Redis does not answer: %s", error)
            self._lost, self._silent_until = True, time.monotonic() + SILENT_SECONDS
        else:
            self._lost = False


@cache
def _announcer(url: str) -> _Announcer:
    return _Announcer(url)
