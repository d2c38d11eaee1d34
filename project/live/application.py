"""ASGI: Django decides who may open a stream, in a thread; what stays open needs none."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.signals import request_started
from django.http import HttpResponseBase
from redis.exceptions import RedisError

from glucose import events
from glucose.announced import Announcement, Place
from glucose.views.live import Admission
from project.live.feed import Feed
from project.live.hub import Hub, parts_for
from project.live.stream import RETRY_SECONDS, LiveStream
from project.wsgi import django

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
URLS: Final = "project.live.urls"
# A right that could not be asked for: how long until it is again. And one that is asked for: how long it still counts.
UNKNOWN_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 10.0
_random: Final = random.SystemRandom()


class Application:
    """Answers the stream and whether the process lives; nothing else is here."""

    def __init__(self, hub: Hub, feed: Feed) -> None:
        self._hub, self._feed = hub, feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        answer = await self._hub.in_thread(_answer, scope, self._hub.is_full, False)
        try:
            if isinstance(answer, Admission) and answer.place is not None:
                await self._keep_open(scope, receive, send, answer)
            else:
                await send(_head(answer))
                body = b"" if answer.streaming or scope["method"] == "HEAD" else answer.content  # type: ignore[attr-defined]
                await send({"type": "http.response.body", "body": body})
        finally:
            await self._hub.in_thread(answer.close)

    async def _keep_open(self, scope: Scope, receive: Receive, send: Send, answer: Admission) -> None:
        # The answer lives as long as the stream: it keeps no set of its own.
        answer.visible = self._hub.shared(answer.visible)
        stream = LiveStream(answer.user_id, answer.visible, answer.unit, answer.since or (0, 0))
        until = self._hub.join(stream)
        beside = [
            asyncio.create_task(_until_gone(receive, stream)),
            asyncio.create_task(self._ask_anew(scope, stream, answer)),
        ]
        for task in beside:
            # Nothing goes on that is not asked for its right any more.
            task.add_done_callback(lambda _: stream.end())
        try:
            await send(_head(answer))
            for part in await self._opening(stream, answer.since, until):
                await send(_body(part))
            while not stream.ended:
                part = await stream.next(settings.LIVE_HEARTBEAT_SECONDS)
                if not stream.ended:
                    await send(_body(part or events.ALIVE + events.here(max(self._hub.position, stream.since))))
            await send({"type": "http.response.body"})
        finally:
            self._hub.leave(stream)
            for task in beside:
                task.cancel()

    async def _opening(self, stream: LiveStream, since: Place | None, until: Place) -> list[bytes]:
        """Where the stream begins, and what the client has missed."""
        head = events.opening(RETRY_SECONDS)
        if since is None:
            return [head + events.here(until)]
        missed: list[Announcement] | None = None
        with contextlib.suppress(RedisError, OSError):
            missed = await self._feed.missed(since, until)
        if missed is None:
            stream.since = (0, 0)
            return [head + events.reset(events.TOO_OLD) + events.here(until)]
        found = await self._hub.read(missed, [stream])
        return [head, *parts_for(stream, found), events.here(max(since, until))]

    async def _ask_anew(self, scope: Scope, stream: LiveStream, answer: Admission) -> None:
        """Every minute what a new request would be answered: a refusal ends the stream."""
        known = True
        while not stream.ended:
            # Not all at once of those that came at once.
            wait = settings.LIVE_CHECK_SECONDS * _random.uniform(0.6, 1)
            await asyncio.sleep(wait if known else min(wait, UNKNOWN_SECONDS))
            asking = asyncio.ensure_future(self._hub.in_thread(_answer, scope, False, True, answer))
            if not (await asyncio.wait({asking}, timeout=PATIENCE_SECONDS))[0]:
                stream.see(frozenset(), self._hub.position)
                known = False
            anew = await asking
            if isinstance(anew, Admission):
                stream.see(self._hub.shared(anew.visible), self._hub.position)
                if not known:
                    stream.reset(events.INTERRUPTED, self._hub.position)
            elif anew.status_code < 500:
                stream.end()
            else:
                # It is not known what they may see, so it is nothing.
                stream.see(frozenset(), self._hub.position)
            known = isinstance(anew, Admission)


def _answer(scope: Scope, is_full: bool, is_asked_anew: bool, held: Admission | None = None) -> HttpResponseBase:
    """What Django answers to the request, in a thread."""
    request_started.send(sender=Application, scope=scope)
    request = ASGIRequest(scope, BytesIO())
    request.urlconf = URLS
    request.is_full, request.is_asked_anew = is_full, is_asked_anew  # type: ignore[attr-defined]
    answer = django.get_response(request)
    if held is not None and held.place is not None and isinstance(answer, Admission):
        held.place.hold(time.time())
    return answer


async def _until_gone(receive: Receive, stream: LiveStream) -> None:
    """End the stream once its client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _head(answer: HttpResponseBase) -> MutableMapping[str, Any]:
    given = [(name.lower(), value) for name, value in answer.items()]
    given += [("set-cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in given]
    return {"type": "http.response.start", "status": answer.status_code, "headers": headers}


def _body(part: bytes) -> MutableMapping[str, Any]:
    return {"type": "http.response.body", "body": part, "more_body": True}
