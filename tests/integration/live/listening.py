"""Somebody who listens to the stream over a socket of their own, and the process that they listen to."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import httpx
from django.db import connection

from embedded.ports import HOST, free_ports
from embedded.testing import RunningServer, running_server

PATH: Final = "/api/v1/readings/stream/"
PATIENCE_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Event:
    """What came: the id that holds since, the kind, and the data."""

    id: str
    kind: str
    data: Any


class Listener:
    """An open stream."""

    def __init__(self, url: str, headers: dict[str, str], query: dict[str, str] | None = None) -> None:
        self._client = httpx.Client(timeout=PATIENCE_SECONDS)
        request = self._client.build_request("GET", url + PATH, params=query, headers=headers)
        self.answer = self._client.send(request, stream=True)
        self.id = ""
        self._blocks = self._read()

    def event(self) -> Event:
        """The next event; an error where none comes in time, StopIteration where the stream has ended."""
        while True:
            block = next(self._blocks)
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            self.id = fields.get("id", self.id)
            if "event" in fields:
                return Event(self.id, fields["event"], json.loads(fields["data"]))

    def value(self) -> float:
        """The value of the next reading; anything else is an error."""
        event = self.event()
        assert event.kind == "reading", event
        return float(event.data["value"])

    def until(self, text: str) -> str:
        """The next block that holds the text."""
        return next(block for block in self._blocks if text in block)

    def block(self) -> str:
        """The next of anything, a sign of life too."""
        return next(self._blocks)

    def begun(self) -> "Listener":
        """Itself, once it is told where the stream begins: what is stored from now on comes."""
        self.id = self.until("id: ").removeprefix("retry: 3000\n").removeprefix("id: ")
        return self

    def has_ended(self) -> bool:
        """Whether the stream ends as it should, without another event; waits for it."""
        with contextlib.suppress(StopIteration):
            raise AssertionError(self.event())
        return True

    def close(self) -> None:
        """Go away."""
        self.answer.close()
        self._client.close()

    def _read(self) -> Iterator[str]:
        rest = ""
        for part in self.answer.iter_text():
            *whole, rest = (rest + part).split("\n\n")
            yield from whole


@contextlib.contextmanager
def running_live(port: int = 0, **environment: str) -> Iterator[tuple[str, RunningServer]]:
    """A process that keeps streams, on the database of the test; its address."""
    port = port or free_ports(1)[0]
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "manage.py", "run_live", "--host", HOST, "--port", str(port)]
    with running_server(command, {"DATABASE_URL": database_url(), "ALLOWED_HOSTS": HOST, **environment}) as server:
        server.wait_until(lambda: answers(url))
        yield url, server


def database_url() -> str:
    """The address of the database that this test uses."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


async def answers(url: str) -> bool:
    """Whether the process is up."""
    try:
        with urlopen(f"{url}/health/live/", timeout=5) as answer:  # noqa: S310 -- our own server
            return bool(answer.status == 200)
    except OSError:
        return False
