from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from embedded import leash
from tests.integration.embedded.waiting import await_true

Start = Callable[..., Any]

# Ignores every polite signal, and has a child in a session of its own that does the same.
STUBBORN = """
import os, signal, sys, time
def say(name):
    os.write(1, f"{name} {os.getpid()}\\n".encode())  # in one piece, since three write at a time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        say("grandchild")
    else:
        say("child")
else:
    say("service")
while True:
    time.sleep(60)
"""


def alive(process: int) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{process}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Any] = []

    def start(*command: str, grace_seconds: float = 0.2) -> Any:
        process = subprocess.Popen(
            leash.command(*command, grace_seconds=grace_seconds),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.stdin.close()
        process.wait()
        process.stdout.close()


class TestLeash:
    @pytest.mark.parametrize("how", ["starter gone", "SIGTERM"])
    def test_it_leaves_nothing_that_ignores_signals_and_leaves_its_group(self, start: Start, how: str) -> None:
        process = start(sys.executable, "-c", STUBBORN)
        stubborn = [int(process.stdout.readline().split()[1]) for _ in range(3)]
        assert all(alive(each) for each in stubborn)
        if how == "SIGTERM":
            process.terminate()
        else:
            process.stdin.close()

        assert process.wait(10) == 128 + signal.SIGKILL
        assert [each for each in stubborn if alive(each)] == []

    def test_it_gives_the_service_time_to_stop(self, start: Start) -> None:
        code = "import signal, sys; signal.signal(15, lambda *_: sys.exit(7)); print(flush=True); signal.pause()"
        process = start(sys.executable, "-c", code, grace_seconds=10)
        process.stdout.readline()
        begun = time.monotonic()
        process.terminate()

        assert process.wait(10) == 7
        assert time.monotonic() - begun < 5

    @pytest.mark.parametrize("code", [0, 3])
    def test_it_passes_the_exit_code_on(self, start: Start, code: int) -> None:
        assert start(sys.executable, "-c", f"raise SystemExit({code})").wait(10) == code

    def test_it_tells_of_a_signal_like_a_shell(self, start: Start) -> None:
        assert start(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)").wait(10) == 137

    def test_it_ends_what_outlives_the_service(self, start: Start) -> None:
        process = start("sh", "-c", "sleep 1000 & echo $!")
        left = int(process.stdout.readline())

        assert process.wait(10) == 0
        assert not alive(left)

    def test_its_service_ends_when_the_leash_itself_is_killed(self, start: Start) -> None:
        process = start(sys.executable, "-c", "import os, signal; print(os.getpid(), flush=True); signal.pause()")
        service = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)

        await_true(lambda: not alive(service))

    def test_it_says_so_when_there_is_no_such_command(self, start: Start) -> None:
        assert start("/nowhere/at/all").wait(10) == 127
