"""The least that a request can be, SELECT 1, where it is counted for Prometheus, against the same where it is not."""

import contextlib
import http.client
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.comparison import SELECT_1
from bench.history import history
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, spread
from bench.web import gunicorn, requests
from embedded.ports import HOST

ROUNDS: Final = 600
WARM_UP: Final = 50
# Where a container has its tmpfs.
MEMORY: Final = Path("/dev/shm")  # noqa: S108


def measure() -> Iterator[Ratio]:
    """Two web servers on the same database, asked in turns; one shares its figures by a folder in memory."""
    data = history()
    print_dataset(data.about)
    folder = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as name, contextlib.ExitStack() as running:
        told = _client(running, {"METRICS_FOLDER": name})
        silent = _client(running, {"BENCH_UNCOUNTED": "1"})
        runs = [requests(client, data.clinic.token, SELECT_1[1]) for client in (told, silent)]
        found = interleaved(*runs, rounds=ROUNDS, warm_up=WARM_UP)
    mine, reference = (
        spread(side, "ms", values) for side, values in zip(("counted", "not counted"), found, strict=True)
    )
    yield Ratio(
        "SELECT 1, counted against not counted", mine.median / reference.median, ("at most", 1.1), (mine, reference)
    )


def _client(running: contextlib.ExitStack, environment: dict[str, str]) -> http.client.HTTPConnection:
    port, _ = running.enter_context(gunicorn(1, environment))
    return running.enter_context(contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=60)))
