"""The product behind gunicorn, and a client that keeps its connection."""

import asyncio
import contextlib
import http.client
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from embedded.ports import HOST, free_ports
from embedded.testing import RunningServer, running_server

READY = "/health/ready/"
ANSWER_SECONDS = 60
GUNICORN = (
    "--worker-class=gthread",
    "--threads=4",
    "--keep-alive=75",
    "--limit-request-line=8190",
    "--timeout=60",
    "--no-control-socket",
    "--log-level=warning",
    "project.wsgi:application",
)


class UnexpectedAnswerError(Exception):
    """An answer that is not 200: what was measured would not be what the benchmark names."""


@dataclass(frozen=True, slots=True)
class Request:
    """A path, and a body where it is a POST."""

    path: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What somebody asks for; of which patient or with which body may depend on the number of the turn."""

    name: str
    token: str
    request: Callable[[int], Request]


@contextlib.contextmanager
def running_web() -> Iterator[http.client.HTTPConnection]:
    """A connection to a web server of our own that ends with the block; its settings are ours."""
    with (
        gunicorn(1) as (port, _),
        contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)) as client,
    ):
        yield client


@contextlib.contextmanager
def gunicorn(workers: int, environment: Mapping[str, str] | None = None) -> Iterator[tuple[int, RunningServer]]:
    """The port of a web server with so many processes, as docker-compose.yml starts it, and the server."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "gunicorn", f"--bind={HOST}:{port}", f"--workers={workers}", *GUNICORN]
    with running_server(command, environment) as server:
        server.wait_until(lambda: asyncio.to_thread(_is_ready, port))
        yield port, server


def requests(client: http.client.HTTPConnection, token: str, path: str) -> Callable[[], float]:
    """A run that gets the path and returns the milliseconds from sending to the last byte."""
    return asking(client, Endpoint(path, token, lambda turn: Request(path)))


def asking(client: http.client.HTTPConnection, endpoint: Endpoint) -> Callable[[], float]:
    """A run that asks for the endpoint, each time with the next turn; the milliseconds as above."""
    headers = {"Authorization": f"Bearer {endpoint.token}", "Content-Type": "application/json"}
    turns = count()

    def run() -> float:
        asked = endpoint.request(next(turns))
        start = time.perf_counter()
        client.request("GET" if asked.body is None else "POST", asked.path, asked.body, headers)
        answer = client.getresponse()
        body = answer.read()
        milliseconds = 1000 * (time.perf_counter() - start)
        if answer.status != 200:
            raise UnexpectedAnswerError(f"{asked.path} answered {answer.status}: {body[:300]!r}")
        return milliseconds

    return run


def _is_ready(port: int) -> bool:
    try:
        with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as client:
            client.request("GET", READY)
            return client.getresponse().status == 200
    except OSError:
        return False
