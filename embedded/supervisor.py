"""Start services in order, each once the one before is healthy, and leave nothing behind.

Every service runs on a leash (``leash.py``), so even when the supervisor is killed outright
its services, and whatever they forked, are stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from embedded.service import RunningService, Service, ServiceError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


async def run(services: Sequence[Service], ready: Callable[[], Awaitable[None]] | None = None) -> int:
    """Run the services until a signal comes or one of them ends; the exit code for the process.

    ``ready`` is called once all are healthy. The code is that of the service that ended
    first with an error, 1 if one never became healthy, 0 after a signal or when all were
    one-shot.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        return await _run_until(stop, services, ready)
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)


async def _run_until(
    stop: asyncio.Event, services: Sequence[Service], ready: Callable[[], Awaitable[None]] | None
) -> int:
    stopping = asyncio.create_task(stop.wait())
    watchers: list[asyncio.Task[int]] = []
    async with AsyncExitStack() as running:  # leaves in reverse order
        running.callback(stopping.cancel)
        try:
            if await _start_all(services, running, watchers, stopping):
                if ready is not None:
                    await ready()
                if watchers:
                    await _first([stopping, *watchers])
        except ServiceError as failure:
            print(failure, file=sys.stderr, flush=True)
            return failure.exit_code
        finally:
            for watcher in watchers:
                running.push_async_callback(_cancel, watcher)  # before anything is stopped
        ended = [] if stop.is_set() else [watcher for watcher in watchers if watcher.done()]
        return next((code for watcher in ended if (code := watcher.result())), 0)


async def _start_all(
    services: Sequence[Service],
    running: AsyncExitStack,
    watchers: list[asyncio.Task[int]],
    stopping: asyncio.Task[Any],
) -> bool:
    """Whether all were started; False when a signal came or one of them ended meanwhile."""
    for service in services:
        starting = asyncio.create_task(_start(service, running, watchers))
        await _first([starting, stopping, *watchers])
        if stopping.done() or not starting.done():
            await _cancel(starting)
            return False
        starting.result()
    return True


async def _start(service: Service, running: AsyncExitStack, watchers: list[asyncio.Task[int]]) -> None:
    process = RunningService(service)
    running.push_async_callback(process.stop)
    await process.start()
    if service.one_shot:
        await process.finish()
    else:
        await process.until_ready()
        watchers.append(asyncio.create_task(_watch(process)))


async def _watch(process: RunningService) -> int:
    """Return when the service has ended for good; its exit code."""
    restarts: list[float] = []
    while True:
        code = await process.wait()
        process.say(f"ended with {code}")
        now = time.monotonic()
        restarts = [instant for instant in restarts if now - instant < RESTART_WINDOW_SECONDS]
        if not process.service.restart or len(restarts) >= RESTARTS:
            return code or 1
        await asyncio.sleep(min(FIRST_PAUSE_SECONDS * 2 ** len(restarts), LONGEST_PAUSE_SECONDS))
        restarts.append(now)
        process.say("starting again")
        await process.start()
        try:
            await process.until_ready()
        except ServiceError as failure:
            process.say(str(failure).splitlines()[0])
            await process.stop()  # its end is what the next round sees


async def _first(tasks: Sequence[asyncio.Task[Any]]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, ServiceError):
        await task
