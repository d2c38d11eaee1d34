"""1,000 open streams on one process of an ingest of 1,000 patients, against bare asyncio that sends the same bytes."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Final

import numpy as np
import psutil
from django.utils import timezone

from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, spread
from embedded.ports import HOST, free_ports
from embedded.testing import running_server
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services.ingest import store

STREAMS: Final = 1_000
PATIENTS: Final = 1_000
ROUNDS: Final = 5
BRACES: Final = 2  # of an event: that of the patient and its own
IDLE_SECONDS: Final = 60
PATH: Final = "/api/v1/readings/stream/"
AGAINST_BARE: Final = 3
MEMORY_KB: Final = 100


@dataclass
class Side:
    """A server, its clients, and what it takes to tell them all."""

    server: psutil.Process
    clients: "subprocess.Popen[str]"
    cpu_seconds: list[float] = field(default_factory=list)

    def last_came(self) -> float:
        """When the last client had all of the round."""
        return float(_line(self.clients))

    def cpu(self) -> float:
        """Seconds of this process so far."""
        times = self.server.cpu_times()
        return float(times.user + times.system)


def measure() -> Iterator[Ratio]:
    """Time until all has arrived, and what a stream costs."""
    people = clinic("live", PATIENTS)
    print_dataset(
        f"{STREAMS:,} streams of somebody who sees all {PATIENTS:,} patients; one reading of each in one ingest, so"
        f" {STREAMS * PATIENTS:,} events a round; the clients are one process for each side"
    )
    with tempfile.TemporaryDirectory(prefix="saude-bench-") as name, contextlib.ExitStack() as running:
        kept, unused = Path(name) / "live", Path(name) / "bare"
        live, opening, grown = _live(running, people, kept)
        bare, standard_input = _bare(running, unused)
        batches = _batches(people)

        def told() -> float:
            batch = next(batches)
            before, began = live.cpu(), time.monotonic()
            stored = store(batch, now=timezone.now()).stored
            committed = time.monotonic()
            assert stored == PATIENTS
            seconds = live.last_came() - committed
            live.cpu_seconds.append(live.cpu() - before)
            print(f"  ingest {committed - began:.3f} s, then {seconds:.3f} s until the last event had come", flush=True)
            return 1000 * seconds

        def sent() -> float:
            began = time.monotonic()
            standard_input.write(f"{kept}\n")
            standard_input.flush()
            return 1000 * (bare.last_came() - began)

        told()
        ours, theirs = interleaved(told, sent, rounds=ROUNDS, warm_up=1)
        megabytes = kept.stat().st_size * STREAMS / 1e6
        before = live.cpu()
        time.sleep(IDLE_SECONDS)
        idle = (live.cpu() - before) / IDLE_SECONDS
    print(
        f"  {megabytes:,.0f} MB a round; CPU of the process {np.median(live.cpu_seconds):.2f} s a round; {opening:.1f}"
        f" s to open all; idle, with each asked anew within 50 s, {idle:.1%} of a core"
    )
    yield Ratio(
        "from the commit to the last of a million events, against bare asyncio with the same bytes",
        float(np.median(ours) / np.median(theirs)),
        ("at most", AGAINST_BARE),
        (spread("project/live", "ms", ours), spread("bare asyncio", "ms", theirs)),
    )
    memory = spread("memory of an open stream", "kB", [grown])
    yield Ratio("memory of an open stream", grown, ("at most", MEMORY_KB), (memory, memory), "kB")


def _live(running: contextlib.ExitStack, people: Clinic, kept: Path) -> tuple[Side, float, float]:
    """The product with its streams open; how long that took, in seconds, and what each takes, in kB."""
    (port,) = free_ports(1)
    command = [sys.executable, "manage.py", "run_live", "--host", HOST, "--port", str(port)]
    environment = {"LIVE_STREAMS_PER_USER": "0", "LOG_LEVEL": "WARNING"}
    server = running.enter_context(running_server(command, environment))
    server.wait_until(lambda: asyncio.to_thread(_listens, port))
    process = _below(server.process.pid)
    before, began = process.memory_info().rss, time.monotonic()
    clients = _clients(running, port, people.token, kept)
    return Side(process, clients), time.monotonic() - began, (process.memory_info().rss - before) / 1024 / STREAMS


def _bare(running: contextlib.ExitStack, kept: Path) -> tuple[Side, IO[str]]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "bench.fanout", str(port)]
    server = running.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, text=True))
    running.callback(server.terminate)
    assert server.stdin is not None
    deadline = time.monotonic() + 20
    while not _listens(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    return Side(psutil.Process(server.pid), _clients(running, port, "-", kept)), server.stdin


def _clients(running: contextlib.ExitStack, port: int, token: str, kept: Path) -> "subprocess.Popen[str]":
    """As many clients as streams, once all are open."""
    command = [sys.executable, "-m", "bench.listeners"]
    pipe = subprocess.PIPE
    clients = running.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
    running.callback(clients.terminate)
    asked = {"port": port, "path": PATH, "token": token, "streams": STREAMS, "braces": BRACES * PATIENTS}
    assert clients.stdin is not None
    clients.stdin.write(json.dumps(asked | {"kept": str(kept)}) + "\n")
    clients.stdin.flush()
    assert _line(clients) == "open"
    return clients


def _batches(people: Clinic) -> Iterator[Samples]:
    """One reading of each patient, five minutes after the one before."""
    start = int(timezone.now().timestamp()) - 86_400
    for turn in count():
        at = np.array([start + 300 * turn])
        value = np.array([100 + turn % 100])
        yield Samples.joined(
            [
                samples(patient.id, at, value, utc_offset_minutes=-180, source=Source.UPLOAD)
                for patient in people.patients
            ]
        )


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5):
            return True
    except OSError:
        return False


def _below(leash: int) -> psutil.Process:
    (child,) = psutil.Process(leash).children()
    return child


def _line(clients: "subprocess.Popen[str]") -> str:
    assert clients.stdout is not None
    line = clients.stdout.readline().strip()
    if not line:
        raise RuntimeError("the clients have ended")
    return line
