"""One service of the supervisor: its process, its log, its health."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded import leash

POLL_SECONDS = 0.1
REMEMBERED_LINES = 20
LINE_BYTES = 4096
NAME_WIDTH = 16
KILL_MARGIN_SECONDS = 5.0


class ServiceError(Exception):
    """A service did not become healthy or did not finish well; the message says which and why."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What to run and how to tell that it is healthy.

    ``environment`` is added to the supervisor's own. A ``one_shot`` service has to exit
    with 0 before the next one starts. ``restart`` starts it again when it ends, up to
    five times a minute.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    ready: Callable[[], Awaitable[bool]] | None = None
    start_timeout: float = 60.0
    stop_timeout: float = 10.0
    restart: bool = False
    one_shot: bool = False


class RunningService:
    """A service and its process, which may be replaced by a new one after a crash."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._process: asyncio.subprocess.Process | None = None
        self._log: asyncio.Task[None] | None = None
        self._last_lines: collections.deque[str] = collections.deque(maxlen=REMEMBERED_LINES)

    async def start(self) -> None:
        """Start the process on its leash and begin to read its log."""
        self._process = await asyncio.create_subprocess_exec(
            *leash.command(*self.service.command, grace_seconds=self.service.stop_timeout),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.service.environment},
            cwd=self.service.folder,
            start_new_session=True,  # a Ctrl-C in the terminal is the supervisor's to handle
        )
        self._log = asyncio.create_task(self._read_log())

    async def until_ready(self) -> None:
        """Wait for health; raise ``ServiceError`` when the process ends or the time is up."""
        if self.service.ready is None:
            return
        deadline = time.monotonic() + self.service.start_timeout
        while not await self._answers():
            if self._running.returncode is not None:
                raise await self._failure(f"ended with {await self.wait()} before it was ready")
            if time.monotonic() > deadline:
                raise await self._failure(f"was not ready after {self.service.start_timeout:g} s")
            await asyncio.sleep(POLL_SECONDS)

    async def finish(self) -> None:
        """Wait for a one-shot service; raise ``ServiceError`` unless it exits with 0 in time."""
        try:
            code = await asyncio.wait_for(self.wait(), self.service.start_timeout)
        except TimeoutError:
            raise await self._failure(f"was not done after {self.service.start_timeout:g} s") from None
        if code != 0:
            raise await self._failure(f"ended with {code}", code)

    async def wait(self) -> int:
        """The exit code, once the process and everything it forked has ended."""
        return await self._running.wait()

    async def stop(self) -> None:
        """End the process and everything it forked: at first gently, after the timeout not."""
        if self._process is None or self._log is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()  # the leash takes it from here
        try:
            await asyncio.wait_for(self._process.wait(), self.service.stop_timeout + KILL_MARGIN_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._log

    def say(self, text: str) -> None:
        """Print a line under the service's name."""
        print(f"{self.service.name:<{NAME_WIDTH}}| {text}", flush=True)

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.service.name} was not started")
        return self._process

    async def _answers(self) -> bool:
        assert self.service.ready is not None  # noqa: S101 - until_ready has looked
        return self._running.returncode is None and await self.service.ready()

    async def _failure(self, what: str, exit_code: int = 1) -> ServiceError:
        if self._log is not None and self._running.returncode is not None:
            await self._log
        lines = "".join(f"\n    {line}" for line in self._last_lines)
        return ServiceError(f"{self.service.name} {what}" + (f"; it printed last:{lines}" if lines else ""), exit_code)

    async def _read_log(self) -> None:
        """Print every line with the name in front; long lines are cut into pieces, any bytes will do."""
        stream = self._running.stdout
        assert stream is not None  # noqa: S101 - it was asked for in start
        rest = b""
        while chunk := await stream.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            lines += [rest] if len(rest) > LINE_BYTES else []
            rest = b"" if len(rest) > LINE_BYTES else rest
            self._print(lines)
        self._print([rest] if rest else [])

    def _print(self, lines: list[bytes]) -> None:
        for line in lines:
            for start in range(0, max(len(line), 1), LINE_BYTES):
                text = line[start : start + LINE_BYTES].decode(errors="replace").rstrip("\r")
                text = "".join(letter if letter.isprintable() or letter == "\t" else "�" for letter in text)
                self._last_lines.append(text)
                with contextlib.suppress(BrokenPipeError):
                    self.say(text)
