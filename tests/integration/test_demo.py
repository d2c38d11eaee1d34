"""`make demo ARGS=--check`, twice side by side, from nothing; and what happens when it cannot start."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from embedded.ports import free_ports

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 170


class Demo:
    """A demo in a process of its own, and what it printed."""

    def __init__(self, port: int, folder: Path, *more: str) -> None:
        folder.mkdir(parents=True)
        self.folder, self._log = folder, folder / "output.log"
        command = [sys.executable, "-m", "embedded.demo", "--port", str(port), "--var", str(folder), *more]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def ended(self, seconds: float) -> int:
        """Its exit code; AssertionError with its output where it does not end."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.output()[-5000:]) from None


def left_behind(folder: Path) -> list[str]:
    """Command lines of processes that name the demo's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.timeout(PATIENCE_SECONDS * 2)
def test_two_demos_side_by_side_prove_the_way_of_a_reading_and_leave_nothing(tmp_path: Path) -> None:
    ports = free_ports(2)
    folders = [tmp_path / "one", tmp_path / "two"]
    with Demo(ports[0], folders[0], "--check") as one, Demo(ports[1], folders[1], "--check") as two:
        for each in (one, two):
            told_in = each.folder / "demo.json"
            assert until(told_in.exists, PATIENCE_SECONDS), each.output()[-5000:]
            told, mode = json.loads(told_in.read_text()), told_in.stat().st_mode
            assert told.keys() >= {"url", "users", "patients", "simulator_url", "database_url", "redis_url"}
            assert len(told["users"]) == 10
            assert len(told["patients"]) >= 12
            assert mode & 0o077 == 0
        for each in (one, two):
            assert each.ended(PATIENCE_SECONDS) == 0, each.output()[-5000:]
            assert "check: all is well" in each.output()
            assert not (each.folder / "demo.json").exists()
            assert left_behind(each.folder) == []


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, taken_port: int) -> None:
    with Demo(taken_port, tmp_path / "var") as refused:
        assert refused.ended(30) == 2

    assert len(refused.output().splitlines()) == 1
    assert f"port {taken_port}" in refused.output()


def test_a_demo_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with Demo(free_ports(1)[0], folder) as killed:
        assert until(lambda: len(left_behind(folder)) > 3, 60)
        killed.process.send_signal(signal.SIGKILL)

    assert until(lambda: left_behind(folder) == [], 30), left_behind(folder)
