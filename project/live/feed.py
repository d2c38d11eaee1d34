"""The one reader of Redis in a process: what is announced, to the hub; what was announced since, to who resumes."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any, Final

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.redis_clients import async_client
from glucose.announced import KEY, Announcement, Place, announcement, id_of, place_of
from project.live.hub import Hub

log = logging.getLogger(__name__)

BATCH: Final = 1_000
BLOCK_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0
# Of what came since an event; whoever missed more loads anew.
MOST_MISSED: Final = 10_000


class Feed:
    """Reads the stream of announcements from its end on, as long as the process lives."""

    def __init__(self, url: str, hub: Hub) -> None:
        self._hub = hub
        self._client = async_client(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    async def run(self) -> None:
        """Until it is cancelled; while Redis is away, it is asked for again and again."""
        pause, known = FIRST_PAUSE_SECONDS, True
        while True:
            try:
                # Whoever joined before, or while Redis was away, has not been told everything.
                self._hub.interrupt(await self._end())
                if not known:
                    log.warning("Redis answers again, new readings are sent")
                pause, known = FIRST_PAUSE_SECONDS, True
                while True:
                    await self._step()
            except (RedisError, OSError) as error:
                if known:
                    log.error("no new readings are sent, Redis does not answer: %s", error)
                    self._hub.interrupt(self._hub.position)
                known = False
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def close(self) -> None:
        """Let the connections go."""
        with contextlib.suppress(RedisError, OSError):
            await self._client.aclose()

    async def missed(self, since: Place, until: Place) -> list[Announcement] | None:
        """What was announced after an event up to a place; None where not all of it is kept, or it is too much."""
        if since >= until:
            # Told by a process that is ahead of this one; unless Redis lost what it had.
            return [] if await self._end() >= since else None
        first: Any = await self._client.xrange(KEY, count=1)
        if not first or _place(first[0][0]) > since:
            return None
        rows: Any = await self._client.xrange(KEY, min=f"({id_of(since)}", max=id_of(until), count=MOST_MISSED + 1)
        found = [one for _, one in _entries(rows) if one is not None]
        return None if len(rows) > MOST_MISSED or any(one.patient is None for one in found) else found

    async def _step(self) -> None:
        position = self._hub.position
        answer: Any = await self._client.xread({KEY: id_of(position)}, count=BATCH, block=int(BLOCK_SECONDS * 1000))
        if not answer:
            end = await self._end()
            if end < position:
                # Redis lost what it had, and begins anew.
                self._hub.interrupt(end)
            return
        entries = _entries(answer[0][1])
        await self._hub.tell([one for _, one in entries if one is not None], entries[-1][0])

    async def _end(self) -> Place:
        """The place of the newest entry; the first one is made here, so that every id has one before it."""
        newest: Any = await self._client.xrevrange(KEY, count=1)
        made: Any = newest[0][0] if newest else await self._client.xadd(KEY, {"begin": "1"})
        return _place(made)


def _entries(rows: Sequence[Any]) -> list[tuple[Place, Announcement | None]]:
    return [(_place(row[0]), announcement(row)) for row in rows]


def _place(given: bytes) -> Place:
    place = place_of(given.decode())
    if place is None:
        raise ValueError(f"{given!r} is no id of an entry")
    return place
