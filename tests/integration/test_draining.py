"""A web process that is to end finishes what it began and lets nobody in who would not be answered."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.ports import HOST, free_ports
from tests.faults.waiting import until

ROOT = Path(__file__).resolve().parents[2]
REQUEST = b"GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def slow(environ: dict[str, str], start_response: object) -> list[bytes]:
    """An application that answers once its client says so, by a file."""
    name = Path(os.environ["DRAINING_FOLDER"]) / environ["PATH_INFO"].strip("/")
    name.touch()
    until(lambda: name.with_suffix(".go").exists(), 60, "the word to go on", 0.02)
    start_response("200 OK", [("Content-Length", "4")])  # type: ignore[operator]
    return [b"done"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """gunicorn with two processes of one thread: fewer than there are clients."""
    (port,) = free_ports(1)
    options = ["--workers=2", "--threads=1", "--no-control-socket", "--graceful-timeout=30", f"--bind={HOST}:{port}"]
    command = [sys.executable, "-m", "gunicorn", "--worker-class=project.draining.DrainingWorker", *options]
    environment = {**os.environ, "DRAINING_FOLDER": str(tmp_path)}
    with subprocess.Popen([*command, f"{__name__}:slow"], cwd=ROOT, env=environment) as process:
        try:
            until(lambda: connected(port), 60, "gunicorn to listen")
            yield port, process
        finally:
            process.kill()


def connected(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 5):
        return True
    return False


def answer(connection: socket.socket) -> bytes:
    connection.settimeout(60)
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(4096):
            parts.append(part)
    return b"".join(parts)


def test_answers_whoever_came_before_and_refuses_whoever_comes_later(
    server: tuple[int, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    port, process = server
    names = [f"n{number}" for number in range(6)]
    clients = [socket.create_connection((HOST, port), 10) for _ in names]
    for name, client in zip(names, clients, strict=True):
        client.sendall(REQUEST % name.encode())
    until(lambda: any((tmp_path / name).exists() for name in names), 60, "one of them to be answered")

    process.send_signal(signal.SIGTERM)

    until(lambda: not connected(port), 30, "the door to be closed")
    assert process.poll() is None
    for name in names:
        (tmp_path / f"{name}.go").touch()
    answers = [answer(client) for client in clients]
    for client in clients:
        client.close()
    assert [got[-4:] for got in answers] == [b"done"] * len(names)
    assert process.wait(30) == 0
