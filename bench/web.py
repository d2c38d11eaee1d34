"""The product behind gunicorn, and a client that keeps its connection."""

import asyncio
import contextlib
import http.client
import sys
import time
from collections.abc import Callable, Iterator

from embedded.ports import HOST, free_ports
from embedded.testing import running_server

READY = "/health/ready/"
ANSWER_SECONDS = 60
GUNICORN = (
    "--worker-class=gthread",
    "--workers=1",
    "--threads=4",
    "--keep-alive=75",
    "--no-control-socket",
    "--log-level=warning",
    "project.wsgi:application",
)


class UnexpectedAnswerError(Exception):
    """An answer that is not 200: what was measured would not be what the benchmark names."""


@contextlib.contextmanager
def running_web() -> Iterator[http.client.HTTPConnection]:
    """A connection to a web server of our own that ends with the block; its settings are ours."""
    (port,) = free_ports(1)
    with running_server([sys.executable, "-m", "gunicorn", f"--bind={HOST}:{port}", *GUNICORN]) as server:
        server.wait_until(lambda: asyncio.to_thread(_is_ready, port))
        with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)) as client:
            yield client


def requests(client: http.client.HTTPConnection, token: str, path: str) -> Callable[[], float]:
    """A run that gets the path and returns the milliseconds from sending to the last byte."""
    headers = {"Authorization": f"Bearer {token}"}

    def run() -> float:
        start = time.perf_counter()
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        milliseconds = 1000 * (time.perf_counter() - start)
        if answer.status != 200:
            raise UnexpectedAnswerError(f"{path} answered {answer.status}: {body[:300]!r}")
        return milliseconds

    return run


def _is_ready(port: int) -> bool:
    try:
        with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as client:
            client.request("GET", READY)
            return client.getresponse().status == 200
    except OSError:
        return False
