"""A server of this package in a process of its own, and its admin API from Python."""

import json
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

FOLDER = Path(__file__).resolve().parent.parent


class RunningProcess:
    """Starts ``python -m <module>`` with the given options on a free port; use it in a ``with``."""

    module: str

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", self.module, "--port", "0", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=FOLDER)  # noqa: S603
        self.url = self._ready_line().split()[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """End it by SIGTERM; its exit status."""
        self._process.terminate()
        return self._ended()

    def kill(self) -> int:
        """End it by SIGKILL, as a crash would."""
        self._process.kill()
        return self._ended()

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one request with a JSON body; the status and the JSON answer."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, body=content, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def set_clock(self, **setting: Any) -> dict[str, Any]:
        """Set ``now`` or ``speed``."""
        return dict(self.call("POST", "/_sim/clock", setting)[1])

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """The log of vendor requests."""
        return list(self.call("GET", f"/_sim/requests?{urlencode(filters)}")[1])

    def _created(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._posted(path, body, 201)

    def _posted(self, path: str, body: dict[str, Any], expected: int) -> dict[str, Any]:
        status, answer = self.call("POST", path, body)
        if status != expected:
            raise RuntimeError(f"{status}: {answer['error']}")
        return dict(answer)

    def _truth(self, path: str, **query: Any) -> dict[int, int]:
        status, answer = self.call("GET", f"{path}?{urlencode(query)}")
        if status != 200:
            raise RuntimeError(answer["error"])
        return dict(zip(answer["time"], answer["mg_dl"], strict=True))

    def _ready_line(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if "ready" not in line:
            raise RuntimeError(f"the simulator ended with status {self._process.wait()}")
        return line

    def _ended(self) -> int:
        status = self._process.wait(timeout=10)
        if self._process.stdout:
            self._process.stdout.close()
        return status
