"""How many streams a user may have open at once, over all processes.

Each open stream holds a place in Redis, which falls back by itself unless it is renewed: a process that was killed
keeps none for long. Where Redis does not answer, streams go on uncounted.
"""

import time
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings

from api.counters import counters
from api.errors import TooManyStreams

# Longer than a slow line takes for one batch; a client that takes still longer for one loses its place meanwhile.
HELD_SECONDS: Final = 120
RETRY_SECONDS: Final = 10


class Place:
    """The place of one stream of a user; of each ``kind`` there are so many ``places``, 0 for any number."""

    def __init__(self, user_id: UUID, kind: str, places: int) -> None:
        self._key = f"{kind}:{user_id}"
        self._places = places
        self._holder = uuid4().hex

    def hold(self, now: float) -> bool:
        """Take it, or keep it from now on, in seconds since 1970; False where all are taken."""
        if not self._places:
            return True
        arguments: list[int | str] = [self._places, int(now * 1000), int((now + HELD_SECONDS) * 1000), self._holder]
        return bool(counters().run_or_none("hold_place", [self._key], arguments) != 0)

    def leave(self) -> None:
        """Give it back; nothing where it fell back already."""
        if self._places:
            counters().run_or_none("leave_place", [self._key], [self._holder])


def place_for(user_id: UUID) -> Place:
    """A place for what is read to its end, that is held; or TooManyStreams."""
    return _held(user_id, "streams", settings.STREAMS_PER_USER)


def live_place_for(user_id: UUID) -> Place:
    """A place for what stays open, that is held; or TooManyStreams."""
    return _held(user_id, "live", settings.LIVE_STREAMS_PER_USER)


def _held(user_id: UUID, kind: str, places: int) -> Place:
    place = Place(user_id, kind, places)
    if not place.hold(time.time()):
        raise TooManyStreams(places, RETRY_SECONDS)
    return place


class HeldStream:
    """The parts of a stream, whose place is renewed with each and given back at the end, at an error, or by close().

    Not a generator: one that was never begun runs nothing when it is closed.
    """

    def __init__(self, parts: Iterator[bytes], place: Place) -> None:
        self._parts = parts
        self._place = place

    def __iter__(self) -> "HeldStream":
        return self

    def __next__(self) -> bytes:
        """The next part."""
        try:
            part = next(self._parts)
        except BaseException:
            self._place.leave()
            raise
        self._place.hold(time.time())
        return part

    def close(self) -> None:
        """The client went away, or has all."""
        self._place.leave()
        if close := getattr(self._parts, "close", None):
            close()
