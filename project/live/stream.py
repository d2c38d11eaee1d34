"""One open stream: what waits to be sent, within bounds, and when it ends."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from glucose import events
from glucose.announced import Place

# What may wait for a reader who is slow: some thousands of events. Then they are told to load anew.
WAITING_BYTES: Final = 2_000_000
RETRY_SECONDS: Final = 3


class LiveStream:
    """Whom it is for, which patients they see, and what waits for them."""

    def __init__(self, user_id: UUID, visible: frozenset[UUID], unit: str, since: Place) -> None:
        self.user_id, self.unit, self.since = user_id, unit, since
        self.visible = visible
        self.ended = False
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()

    def offer(self, parts: Sequence[bytes], position: Place) -> None:
        """Send these, up to the position, as soon as the reader takes them; a reset where too much waits already."""
        if not parts:
            return
        self._waiting.extend(parts)
        self._size += sum(map(len, parts))
        if self._size > WAITING_BYTES:
            self.reset(events.TOO_SLOW, position)
        self._wake.set()

    def reset(self, why: str, position: Place) -> None:
        """Tell the reader to load anew, in place of what waits."""
        part = events.reset(why) + events.here(position)
        self._waiting.clear()
        self._waiting.append(part)
        self._size = len(part)
        self._wake.set()

    def see(self, visible: frozenset[UUID], position: Place) -> None:
        """Show these patients from now on; where others were shown, nothing of what waits is sent."""
        if self._waiting and not self.visible <= visible:
            self.reset(events.INTERRUPTED, position)
        self.visible = visible

    def end(self) -> None:
        """Send nothing more."""
        self.ended = True
        self._wake.set()

    async def next(self, patience: float) -> bytes:
        """What to send next; empty where there was nothing for as long as that, or where it has ended."""
        if not self._waiting and not self.ended:
            try:
                async with asyncio.timeout(patience):
                    await self._wake.wait()
            except TimeoutError:
                return b""
        if self.ended or not self._waiting:
            return b""
        part = self._waiting.popleft()
        self._size -= len(part)
        if not self._waiting:
            self._wake.clear()
        return part
