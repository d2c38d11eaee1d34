"""A small HTTP server that answers as a test says, faults included, and keeps what it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The JSON of its body."""
        return None if self.kind.startswith("multipart/") else json.loads(self.content)

    @property
    def kind(self) -> str:
        """The content type of its body."""
        return self.headers.get("Content-Type", "")

    @property
    def form(self) -> dict[str, list[str]]:
        """The parts of its body, by name."""
        head = f"Content-Type: {self.kind}\r\n\r\n".encode()
        found: dict[str, list[str]] = {}
        for part in message_from_bytes(head + self.content, policy=HTTP).iter_parts():
            name = str(part.get_param("name", header="Content-Disposition"))
            found.setdefault(name, []).append(
                part.get_content().decode() if part.get_filename() else str(part.get_payload())
            )
        return found


@dataclass(frozen=True)
class Reply:
    """An answer; ``missing`` bytes are told and not sent, and without a status the connection is dropped."""

    status: int | None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


DROPPED = Reply(None)
PROBLEM = "application/problem+json"


class Scripted:
    """Where it listens, and every request so far."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []


@contextlib.contextmanager
def scripted(answer: Callable[[Asked], Reply]) -> Iterator[Scripted]:
    """Run the server for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one packet

        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            address = urlsplit(self.path)
            asked = Asked(self.command, address.path, parse_qs(address.query), dict(self.headers), content)
            told.asked.append(asked)
            reply = answer(asked)
            if reply.status is None or reply.missing:
                self.close_connection = True
            if reply.status is not None:
                self.send(reply)

        def send(self, reply: Reply) -> None:
            self.send_response_only(reply.status or 0)
            content_type = {"Content-Type": "application/json" if (reply.status or 0) < 400 else PROBLEM}
            for name, value in {**content_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content) + reply.missing))
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing: the requests are kept."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        told = Scripted(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
