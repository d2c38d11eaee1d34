"""What stands for a collector of traces and for Sentry: a server that keeps what it is sent, as it came."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any, Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

# The SDK of Sentry packs by what is installed.
UNPACKED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "br": lambda body: bytes(import_module("brotli").decompress(body)),
}


@dataclass(frozen=True, slots=True)
class Span:
    """What a test looks at."""

    trace: str
    id: str
    parent: str
    name: str
    kind: int
    told: dict[str, Any]


@dataclass(slots=True)
class Received:
    """The bodies, unpacked, and whatever their paths and headers were."""

    url: str
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def text(self) -> str:
        """All of it, for who looks for a word."""
        return "\n".join([*self.heads, *(body.decode("utf-8", "replace") for body in self.bodies)])

    def spans(self) -> list[Span]:
        """Of the bodies of OTLP."""
        return [span for body in self.bodies for span in _spans(body)]

    def events(self) -> list[dict[str, Any]]:
        """Of the envelopes of Sentry."""
        return [event for body in self.bodies for event in _events(body)]


@contextmanager
def receiver() -> Iterator[Received]:
    """A server on loopback that answers 200 to every POST."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.heads.append(f"{self.path}\n{self.headers}")
            received.bodies.append(UNPACKED[self.headers.get("Content-Encoding", "")](body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received = Received(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _spans(body: bytes) -> Iterator[Span]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                told = {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}
                ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                yield Span(*ids, span.name, span.kind, told)


def _events(body: bytes) -> Iterator[dict[str, Any]]:
    """The second line of each pair after the envelope's own head is the item that the first one announces."""
    _, *lines = body.splitlines()
    for head, item in zip(lines[::2], lines[1::2], strict=False):
        if json.loads(head).get("type") == "event":
            yield json.loads(item)
