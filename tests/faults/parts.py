"""The processes of a run: each can be killed at any moment, and is started again until it is told to stay down."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

from embedded import leash
from embedded.service import Service
from tests.faults.waiting import until

PAUSE_SECONDS = 0.2
GRACE_SECONDS = 5.0


class Part:
    """A process that runs on a leash, with its output in a file."""

    def __init__(self, service: Service, logs: Path) -> None:
        self.name = service.name
        self._service = service
        self._log = logs / f"{service.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.held = False

    def start(self) -> None:
        """Start it; what runs already is left alone."""
        if self.runs():
            return
        self._let_go()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                leash.command(*self._service.command, grace_seconds=GRACE_SECONDS),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self._service.environment},
                cwd=self._service.folder,
                start_new_session=True,
            )

    def runs(self) -> bool:
        """Whether the process, or anything that it started, is there."""
        return self._process is not None and self._process.poll() is None

    def finish(self) -> None:
        """Run it once, to its end; RuntimeError with its output where that is not 0."""
        self.start()
        assert self._process is not None
        code = self._process.wait(self._service.start_timeout)
        self._let_go()
        if code != 0:
            raise RuntimeError(f"{self.name} failed:\n{self.output()}")

    def processes(self) -> list[int]:
        """The process below the leash, and what that started itself."""
        found: list[int] = []
        queue = [self._process.pid] if self._process is not None and self.runs() else []
        while queue:
            below = _children(queue.pop())
            found += below
            queue += below
        return found

    def signal(self, number: signal.Signals, *, whole: bool = True) -> None:
        """To the process with all that it started, or only to the last of those."""
        until(self.processes, 10, f"{self.name} to be there")
        targets = self.processes()
        for process in targets if whole else targets[-1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def stop(self) -> None:
        """End it for good."""
        self.held = True
        self._let_go()
        if self._process is not None:
            self._process.wait()

    def _let_go(self) -> None:
        """Of the pipe by which the leash knows that we are there."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def output(self) -> str:
        """The last of what it printed."""
        return self._log.read_text(errors="replace")[-3000:]


class Keeper(threading.Thread):
    """Starts again what ended, as a supervisor does, but without ever giving up."""

    def __init__(self, parts: Iterable[Part]) -> None:
        super().__init__(name="keeper", daemon=True)
        self._parts = list(parts)
        self._ended = threading.Event()
        self.restarts = 0

    def run(self) -> None:
        """Look at each part several times a second."""
        while not self._ended.wait(PAUSE_SECONDS):
            for part in self._parts:
                if not part.held and not part.runs():
                    self.restarts += 1
                    part.start()

    def stop(self) -> None:
        """Leave the parts alone, then end them, the last one first."""
        self._ended.set()
        if self.is_alive():
            self.join()
        for part in reversed(self._parts):
            part.stop()


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in text.split()]
