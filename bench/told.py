"""The least that a request can be, SELECT 1, with its line in the log, and traced, against the same with neither."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from bench.comparison import SELECT_1
from bench.history import history
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, spread
from bench.web import gunicorn, requests
from embedded.ports import HOST

ROUNDS: Final = 600
WARM_UP: Final = 50
TOLD: Final = {"LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}
NAMES: Final = ("no line, no trace", "a line, no trace", "a line, traced")


class Collector(BaseHTTPRequestHandler):
    """Takes what it is sent, and answers at once."""

    def do_POST(self) -> None:
        """200."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def measure() -> Iterator[Ratio]:
    """Three web servers on the same database, asked in turns."""
    data = history()
    print_dataset(data.about)
    with contextlib.ExitStack() as running:
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": running.enter_context(_collector())}
        environments = ({"BENCH_UNTOLD": "1"}, TOLD, TOLD | endpoint)
        clients = [_client(running, environment) for environment in environments]
        runs = [requests(client, data.clinic.token, SELECT_1[1]) for client in clients]
        found = interleaved(*runs, rounds=ROUNDS, warm_up=WARM_UP)
    neither, line, traced = (spread(side, "ms", values) for side, values in zip(NAMES, found, strict=True))
    yield Ratio(
        "SELECT 1 with its line, against without", line.median / neither.median, ("at most", 1.1), (line, neither)
    )
    yield Ratio("SELECT 1 traced, against not traced", traced.median / line.median, ("at most", 1.5), (traced, line))


@contextlib.contextmanager
def _collector() -> Iterator[str]:
    server = ThreadingHTTPServer((HOST, 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()


def _client(running: contextlib.ExitStack, environment: dict[str, str]) -> http.client.HTTPConnection:
    port, _ = running.enter_context(gunicorn(1, environment))
    return running.enter_context(contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=60)))
