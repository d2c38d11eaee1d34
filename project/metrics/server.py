"""Answers ``/metrics`` on an address of its own, which no proxy leads to.

Where several processes share METRICS_FOLDER, all listen on the one address, and whichever is asked tells of all.
"""

import logging
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from project.metrics import process

log = logging.getLogger(__name__)
PATH: Final = "/metrics"
LIVES: Final = "/live"
# How often a process sets its own figures, which the others read.
EVERY_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 5.0


class Handler(BaseHTTPRequestHandler):
    """One GET at a time; everything else is refused."""

    timeout = PATIENCE_SECONDS
    server_version = sys_version = ""

    def do_GET(self) -> None:
        """The figures, or that the process lives."""
        if self.path == LIVES:
            self._send(b"ok\n", "text/plain")
        elif self.path == PATH:
            process.note()
            encode, content_type = choose_encoder(self.headers.get("Accept", ""))
            self._send(encode(registry()), content_type)
        else:
            self.send_error(404)

    def _send(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: it is asked every few seconds."""


class Listener(HTTPServer):
    """Shares its address with the processes beside it."""

    allow_reuse_port = True

    def service_actions(self) -> None:
        """Between two questions, at the latest every few seconds."""
        process.note()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line: whoever asked has gone, or it is a fault of ours."""
        error = sys.exc_info()[0]
        log.error("the metrics could not be told: %s", error.__name__ if error else "")


def serve() -> Listener | None:
    """Answer in a thread, as long as the process lives; None where METRICS_ADDRESS is empty."""
    if not settings.METRICS_ADDRESS:
        return None
    host, _, port = settings.METRICS_ADDRESS.rpartition(":")
    listener = Listener((host, int(port)), Handler)
    work = threading.Thread(target=listener.serve_forever, args=(EVERY_SECONDS,), name="metrics", daemon=True)
    work.start()
    return listener


def registry() -> CollectorRegistry:
    """This process's figures, or those of all that share METRICS_FOLDER."""
    if not settings.METRICS_FOLDER:
        return REGISTRY
    forget_dead()
    shared = CollectorRegistry()
    MultiProcessCollector(shared, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    return shared


def forget_dead() -> None:
    """Let go of what a process that is gone was doing; what it counted stays counted."""
    for file in Path(settings.METRICS_FOLDER).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _lives(pid):
            mark_process_dead(pid, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
