"""The HTTP server: one thread a connection, kept alive."""

import select
import sys
import time
import traceback
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from simulator.admin import Admin
from simulator.faults.faults import Faults
from simulator.http_message import Answer, Delivery, Request, Respond
from simulator.regions import split_region
from simulator.request_log import RequestLog
from simulator.vendor.routes import Vendor
from simulator.world import World

MOST_BODY_BYTES = 16 * 2**20
IDLE_SECONDS = 75
ADMIN_PREFIX = "/_sim/"


class HttpServer(ThreadingHTTPServer):
    """Hands every request to what answers it."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *, host: str, port: int, answer: Respond, handler: "type[Handler]") -> None:
        self._answer = answer
        super().__init__((host, port), handler)

    def respond(self, request: Request) -> Answer:
        """Answer a request; a bug becomes a 500 and a traceback on stderr."""
        try:
            return self._answer(request)
        except Exception:
            traceback.print_exc()
            return Answer({"error": "the simulator failed; see its stderr"}, 500)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            traceback.print_exc()


class Server(HttpServer):
    """Serves one world."""

    def __init__(self, *, host: str, port: int, world: World, latency_seconds: float = 0.0) -> None:
        log, faults = RequestLog(), Faults(world)
        self._admin = Admin(world=world, log=log, faults=faults)
        self._vendor = Vendor(world=world, log=log, faults=faults)
        self._latency_seconds = latency_seconds
        super().__init__(host=host, port=port, answer=self._routed, handler=Handler)

    def _routed(self, request: Request) -> Answer:
        if request.region is None and request.path.startswith(ADMIN_PREFIX):
            return self._admin.respond(request)
        answer = self._vendor.respond(request)
        return replace(answer, delay_seconds=answer.delay_seconds + self._latency_seconds)


class Handler(BaseHTTPRequestHandler):
    """Reads requests off a connection and writes the answers."""

    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: HttpServer

    def do_GET(self) -> None:
        """Answer a GET."""
        self._respond()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._respond()

    def do_PUT(self) -> None:
        """Answer a PUT."""
        self._respond()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: the admin API shows the requests."""

    def _respond(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BODY_BYTES or "transfer-encoding" in self.headers:
            self.close_connection = True
            self._send(Answer({"error": "expected a content-length of at most 16 MiB"}, 413))
            return
        self._send(self.server.respond(self._request(self.rfile.read(int(length)))))

    def _request(self, body: bytes) -> Request:
        url = urlsplit(self.path)
        region, path = split_region(url.path)
        return Request(
            method=self.command,
            path=path,
            full_path=url.path,
            region=region,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _wait_for_hang_up(self, seconds: float) -> None:
        """Wait no longer than the client does: one that gave up makes its end readable."""
        waiting = select.poll()
        waiting.register(self.connection, select.POLLIN)
        waiting.poll(seconds * 1000)

    def _send(self, answer: Answer) -> None:
        if answer.delivery is Delivery.NONE:
            self._wait_for_hang_up(answer.delay_seconds)
            self.close_connection = True
            return
        # One thread a connection: nobody else waits with it.
        time.sleep(answer.delay_seconds)
        content = answer.content()
        if answer.delivery is Delivery.BROKEN_OFF:
            self.close_connection = True
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "content-type" not in {name.lower() for name in answer.headers}:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        # Head and body in one packet, or the client's delayed acknowledgement costs 40 ms.
        self._headers_buffer: list[bytes]
        is_whole = answer.delivery is Delivery.WHOLE
        self._headers_buffer += [b"\r\n", content if is_whole else content[: len(content) // 2]]
        self.flush_headers()
