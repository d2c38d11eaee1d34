"""The demo's one address: which process a request goes to."""

import http.client
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from embedded.front import Head
from embedded.ports import HOST, free_ports
from embedded.testing import running_server
from tests.scripted import Asked, Reply, Scripted, scripted

STREAM = "/api/v1/readings/stream/"


async def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((HOST, port)) == 0


class Parts:
    """The front, and what stands for the two behind it."""

    def __init__(self, running: ExitStack) -> None:
        self.web = running.enter_context(scripted(lambda asked: self.answer("web", asked)))
        self.live = running.enter_context(scripted(lambda asked: self.answer("live", asked)))
        (self.port,) = free_ports(1)
        self.front(running, self.web, self.live)

    @staticmethod
    def answer(name: str, asked: Asked) -> Reply:
        return Reply(200, f"{name} {len(asked.content)}".encode())

    def front(self, running: ExitStack, web: Scripted, live: Scripted) -> None:
        to = [f"--web={urlsplit(web.url).port}", f"--live={urlsplit(live.url).port}"]
        server = running.enter_context(
            running_server([sys.executable, "-m", "embedded.front", f"--port={self.port}", *to])
        )
        server.wait_until(lambda: listens(self.port))


@pytest.fixture
def parts() -> Iterator[Parts]:
    with ExitStack() as running:
        yield Parts(running)


@pytest.fixture
def client(parts: Parts) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(HOST, parts.port, timeout=20)) as client:
        yield client


def asked(client: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> str:
    client.request(method, path, body)
    return client.getresponse().read().decode()


def test_each_request_of_a_connection_goes_to_the_process_that_answers_it(client: http.client.HTTPConnection) -> None:
    body = b"x" * 300_000

    assert asked(client, "GET", "/health/") == "web 0"
    assert asked(client, "GET", f"{STREAM}?unit=mmol/L") == "live 0"
    assert asked(client, "POST", "/api/v1/patients/", body) == "web 300000"
    assert asked(client, "POST", "/api/v1/patients/", b"y") == "web 1"
    assert asked(client, "GET", STREAM) == "live 0"
    assert asked(client, "GET", f"{STREAM}more/") == "web 0"


def test_what_cannot_be_understood_is_for_the_web_process_to_refuse(parts: Parts) -> None:
    with closing(socket.create_connection((HOST, parts.port), timeout=20)) as client:
        client.sendall(b"nonsense\r\n\r\n")

        assert b"400" in client.recv(65_536)


def test_a_process_that_is_not_there_is_a_problem() -> None:
    with ExitStack() as running:
        (port, nobody) = free_ports(2)
        command = [sys.executable, "-m", "embedded.front", f"--port={port}", f"--web={nobody}", f"--live={nobody}"]
        running.enter_context(running_server(command)).wait_until(lambda: listens(port))
        client = running.enter_context(closing(http.client.HTTPConnection(HOST, port, timeout=20)))

        client.request("GET", "/health/")
        answer = client.getresponse()

        assert (answer.status, answer.headers["Content-Type"]) == (502, "application/problem+json")


@pytest.mark.parametrize(
    ("raw", "is_stream", "body_bytes"),
    [
        (b"GET /api/v1/readings/stream/ HTTP/1.1\r\nHost: x\r\n\r\n", True, 0),
        (b"GET /api/v1/readings/stream/?unit=x HTTP/1.1\r\n\r\n", True, 0),
        (b"GET /api/v1/readings/stream HTTP/1.1\r\n\r\n", False, 0),
        (b"GET /?/api/v1/readings/stream/ HTTP/1.1\r\n\r\n", False, 0),
        (b"POST / HTTP/1.1\r\ncontent-LENGTH:  7 \r\n\r\n", False, 7),
        (b"POST / HTTP/1.1\r\nContent-Length: 7\r\nContent-Length: 8\r\n\r\n", False, None),
        (b"POST / HTTP/1.1\r\nContent-Length: -7\r\n\r\n", False, None),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", False, None),
        (b"GET /too-long HTTP/1.1\r\nX: yyyyyy", False, None),
        (b"\r\n\r\n", False, 0),
    ],
)
def test_of_a_head_it_is_known_where_it_goes_and_where_it_ends(
    raw: bytes, is_stream: bool, body_bytes: int | None
) -> None:
    assert Head.of(raw) == Head(raw, is_stream, body_bytes)
