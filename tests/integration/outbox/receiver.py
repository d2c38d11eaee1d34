"""A program of a clinic: an HTTP server that honours keys, counts, and answers as it is told."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from embedded.ports import HOST


class Receiver:
    """What came: every request, and once for each key what was done."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.done: list[str] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.lock = threading.Lock()
        self.url = ""
        self.answers = threading.Event()
        self.answers.set()

    def hold(self) -> None:
        """Do what comes, and answer nothing until the release."""
        self.answers.clear()

    def release(self) -> None:
        """Answer."""
        self.answers.set()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """Do what the key says, unless it was done."""
        with self.lock:
            self.requests.append((headers, body))
            if self.status < 300 and headers["webhook-id"] not in self.done:
                self.done.append(headers["webhook-id"])


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if len(body) < int(self.headers["content-length"]):
                return  # the sender was killed before it had sent all
            receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.answers.wait(60)
            with contextlib.suppress(OSError):
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"http://{HOST}:{server.server_port}/told?by=us"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
