"""From what was announced to what each open stream is sent: read once, written once, given to everybody who sees it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from django.conf import settings
from django.utils import timezone
from prometheus_client import Gauge

import sql
from glucose import events
from glucose.announced import Announcement, Place
from glucose.selectors.live import readings_at
from glucose.serializers.readings import latest_answer
from project.live.stream import LiveStream

log = logging.getLogger(__name__)

Result = TypeVar("Result")
# What one write holds: as much as a socket takes at once.
WRITTEN_BYTES: Final = 64_000
NOWHERE: Final[Place] = (0, 0)
OPEN: Final = Gauge("saude_live_streams", "Streams of new readings that are open.", multiprocess_mode="livesum")


@dataclass(slots=True)
class Event:
    """A new reading, and how it is written in each unit that somebody wants."""

    place: Place
    patient: UUID
    reading: Any
    now: datetime
    written: dict[str, bytes] = field(default_factory=dict)

    def text(self, unit: str) -> bytes:
        """The event in the unit."""
        if unit not in self.written:
            self.written[unit] = events.reading(self.place, latest_answer(self.reading, unit, self.now))
        return self.written[unit]


class Hub:
    """The streams that are open in this process, and how far they have been told."""

    def __init__(self) -> None:
        self.streams: set[LiveStream] = set()
        self.position: Place = NOWHERE
        # As many as connections to the database: none waits for one.
        size = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="live")
        self._sets: WeakValueDictionary[int, frozenset[UUID]] = WeakValueDictionary()

    async def in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """What the work answers, in a thread that gives its connection back afterwards."""

        def worked() -> Result:
            try:
                return work(*arguments)
            finally:
                sql.release()

        return await asyncio.get_running_loop().run_in_executor(self._threads, worked)

    @property
    def is_full(self) -> bool:
        """Whether no stream more may be opened."""
        most: int = settings.LIVE_STREAMS
        return len(self.streams) >= most

    def join(self, stream: LiveStream) -> Place:
        """Tell the stream what is new from now on; the place up to which it has to find out by itself."""
        self.streams.add(stream)
        OPEN.set(len(self.streams))
        return self.position

    def leave(self, stream: LiveStream) -> None:
        """Tell it nothing more."""
        self.streams.discard(stream)
        OPEN.set(len(self.streams))

    def shared(self, visible: frozenset[UUID]) -> frozenset[UUID]:
        """The same set as that of whoever sees the same patients: a clinic's is kept once, not for each stream."""
        key = hash(visible)
        known = self._sets.get(key)
        if known != visible:
            known = self._sets[key] = visible
        return known

    async def tell(self, announced: Sequence[Announcement], position: Place) -> None:
        """Send each stream what of this it may see. Where it cannot be read, each is told to load anew."""
        if any(one.patient is None for one in announced):
            return self.interrupt(position)
        try:
            found = await self.read([one for one in announced if one.patient in self._watched()])
        except Exception:
            log.exception("what was announced cannot be read")
            return self.interrupt(position)
        self.position = position
        if found:
            self._send(found)
        return None

    def interrupt(self, position: Place) -> None:
        """Some of what came before this place may have been missed: everybody has to load anew."""
        self.position = position
        for stream in self.streams:
            stream.reset(events.INTERRUPTED, position)

    async def read(self, announced: Sequence[Announcement], users: Iterable[LiveStream] | None = None) -> list[Event]:
        """The announced readings, each read in the name of somebody who sees it; who sees most is asked first."""
        waiting, now = list(announced), timezone.now()
        found: dict[tuple[UUID, int], Any] = {}
        for stream in users or sorted(self.streams, key=lambda one: -len(one.visible)):
            asked = [one for one in waiting if one.patient in stream.visible]
            if asked:
                found |= await self.in_thread(readings_at, stream.user_id, asked)
                waiting = [one for one in waiting if (one.patient, one.time) not in found]
            if not waiting:
                break
        return [
            Event(one.place, one.patient, found[one.patient, one.time], now)
            for one in announced
            if one.patient is not None and (one.patient, one.time) in found
        ]

    def _watched(self) -> set[UUID]:
        sets = {id(stream.visible): stream.visible for stream in self.streams}
        return set().union(*sets.values())

    def _send(self, found: list[Event]) -> None:
        """Those who see the same in the same unit get the same bytes."""
        written: dict[tuple[int, str], list[bytes]] = {}
        for stream in self.streams:
            if stream.since >= found[0].place:
                # It was told by a process that is ahead of this one.
                stream.offer(parts_for(stream, [one for one in found if one.place > stream.since]), self.position)
                continue
            key = id(stream.visible), stream.unit
            if key not in written:
                written[key] = parts_for(stream, found)
            stream.offer(written[key], self.position)

    def close(self) -> None:
        """End every stream: the process ends."""
        for stream in self.streams:
            stream.end()


def parts_for(stream: LiveStream, found: Iterable[Event]) -> list[bytes]:
    """What of the events the stream may see, in parts of about as much as one write takes."""
    parts, part, size = [], [], 0
    for event in found:
        if event.patient in stream.visible:
            text = event.text(stream.unit)
            part.append(text)
            size += len(text)
            if size >= WRITTEN_BYTES:
                parts.append(b"".join(part))
                part, size = [], 0
    return [*parts, b"".join(part)] if part else parts
