"""Too much at once and too slowly, from an address of its own: cut or refused, while others are served."""

import contextlib
import itertools
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Final

from embedded.ports import HOST
from tests.rehearsal.edge import Edge
from tests.rehearsal.tally import Tally

# Each comes from an address of its own: one that was refused is refused for some seconds more.
ADDRESSES: Final = (f"127.0.0.{number}" for number in itertools.count(2))
BURST: Final = 900  # above rate and burst of nginx.conf within the second that it takes
SIGN_INS: Final = 60
PATIENCE_SECONDS: Final = 45.0


def check(edge: Edge, tally: Tally) -> None:
    """A flood of requests, of sign-ins, and three clients that are slow."""
    for kind, wrong, requests in (*burst(edge), *sign_ins(edge)):
        tally.check(f"edge: {kind}", wrong, requests)
    for wrong in slow(edge):
        tally.check("edge: slow", wrong)


def burst(edge: Edge) -> Iterator[tuple[str, str, int]]:
    """Some are served, the rest is 429 as a problem document; the connection is not cut."""
    one = b"GET /static/admin/css/base.css HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n"
    answers = _pipelined(edge, one + b"\r\n", one + b"Connection: close\r\n\r\n", BURST)
    statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)
    limited = statuses.count(b"429")
    told = answers.count(b'"type":"/problems/too-many-requests/"')
    waits = len(re.findall(rb"(?i)^retry-after: 1\r$", answers, re.MULTILINE))
    wrong = "" if len(statuses) == BURST else f"{len(statuses)} of {BURST} were answered"
    if not 0 < limited < BURST or not limited == told == waits:
        wrong = f"{limited} of {len(statuses)} were refused, {told} as problems, {waits} with a time to wait"
    yield "burst", wrong, BURST


def sign_ins(edge: Edge) -> Iterator[tuple[str, str, int]]:
    """What costs a password's hash has a lower limit."""
    body = b'{"username":"nobody","password":"x"}'
    head = b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    one = head + b"Content-Length: %d\r\n" % len(body)
    answers = _pipelined(edge, one + b"\r\n" + body, one + b"Connection: close\r\n\r\n" + body, SIGN_INS)
    ours = answers.count(b"Too many requests come from this address.")
    yield "sign-ins", "" if 0 < ours < SIGN_INS else f"{ours} of {SIGN_INS} were refused", SIGN_INS


def _pipelined(edge: Edge, request: bytes, last: bytes, count: int) -> bytes:
    with _connected(edge) as connection:
        sending = threading.Thread(target=connection.sendall, args=(request * (count - 1) + last,), daemon=True)
        sending.start()
        parts = []
        with contextlib.suppress(TimeoutError, ConnectionError):
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)


@contextlib.contextmanager
def _connected(edge: Edge) -> Iterator[ssl.SSLSocket]:
    context = ssl.create_default_context(cafile=str(edge.folder / "certificates/fullchain.pem"))
    plain = socket.create_connection((HOST, edge.ports[1]), PATIENCE_SECONDS, source_address=(next(ADDRESSES), 0))
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        yield connection


def slow(edge: Edge) -> Iterator[str]:
    """A head that never ends, a body that never comes; beside them another is answered."""
    begun = time.monotonic()
    found: dict[str, float] = {}
    threads = [
        threading.Thread(target=_until_cut, args=(edge, name, request, begun, found), daemon=True)
        for name, request in (
            ("head", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
            ("body", b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"),
        )
    ]
    for thread in threads:
        thread.start()
    with _connected(edge) as connection:
        connection.sendall(b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        yield "" if connection.recv(20).startswith(b"HTTP/1.1 200") else "others are not served meanwhile"
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    for name, longest in (("head", 20.0), ("body", 35.0)):
        yield "" if found.get(name, longest) < longest else f"a slow {name} is not cut within {longest:g} s"


def _until_cut(edge: Edge, name: str, request: bytes, begun: float, found: dict[str, float]) -> None:
    with contextlib.suppress(OSError), _connected(edge) as connection:
        connection.sendall(request)
        with contextlib.suppress(ConnectionError):
            while connection.recv(4096):
                pass
        found[name] = time.monotonic() - begun
