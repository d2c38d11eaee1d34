from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from embedded import database
from embedded.ports import free_ports
from embedded.service import NAME_WIDTH
from tests.integration.embedded.test_leash import STUBBORN, alive
from tests.integration.embedded.waiting import await_true

ROOT = Path(__file__).resolve().parents[3]

PREAMBLE = """
import asyncio, sys
from pathlib import Path
from typing import Any
from embedded import database, supervisor
from embedded.service import Service

def python(name: str, code: int, **options):
    return Service(name=name, command=[sys.executable, "-u", "-c", code], **options)

def appears(path):
    async def ready():
        return Path(path).exists()
    return ready

async def started():
    print("all started", flush=True)

def run(*services):
    sys.exit(asyncio.run(supervisor.run(services, started)))

FOREVER = "import signal; signal.pause()"
AWAIT_GO = "import os, time\\nwhile not os.path.exists('go'): time.sleep(0.01)\\n"
POLITE = '''
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print("stopping"), sys.exit(0)))
print("up")
signal.pause()
'''
"""


def said(name: str, text: str) -> str:
    """A line of a service as the supervisor prints it."""
    return f"{name:<{NAME_WIDTH}}| {text}"


class Supervised:
    """A supervisor in a process of its own and the lines it has printed."""

    def __init__(self, code: str, folder: Path) -> None:
        self.process: Any = subprocess.Popen(
            [sys.executable, "-u", "-c", PREAMBLE + textwrap.dedent(code)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())

    def await_line(self, pattern: str) -> None:
        await_true(lambda: any(re.search(pattern, line) for line in list(self.lines)), seconds=20)

    def end(self) -> int:
        """The exit code, once everything that writes to the same pipe has ended."""
        code = int(self.process.wait(20))
        self.reader.join(20)
        assert not self.reader.is_alive(), "something is left behind"
        return code

    def index(self, pattern: str) -> int:
        return next(number for number, line in enumerate(self.lines) if re.search(pattern, line))


Supervise = Callable[[str], Supervised]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    running: list[Supervised] = []

    def supervise(code: str) -> Supervised:
        running.append(Supervised(code, tmp_path))
        return running[-1]

    yield supervise
    for each in running:
        each.process.kill()
        each.end()
        each.process.stdout.close()


class TestStart:
    def test_a_service_starts_once_the_one_before_is_healthy(self, supervise: Supervise, tmp_path: Path) -> None:
        supervised = supervise("""
            run(
                python("first", "print('first up'); " + FOREVER, ready=appears("healthy")),
                python("second", "print('second up'); " + FOREVER),
            )
        """)
        supervised.await_line("first up")
        assert "second up" not in "\n".join(supervised.lines)
        (tmp_path / "healthy").touch()
        supervised.await_line("all started")
        supervised.await_line("second up")

        assert said("first", "first up") in supervised.lines
        assert said("second", "second up") in supervised.lines

    def test_a_one_shot_service_has_to_finish_before_the_next_starts(self, supervise: Supervise) -> None:
        supervised = supervise("""
            run(
                python("migrate", "print('migrated')", one_shot=True),
                python("web", "print('web up'); " + FOREVER),
            )
        """)
        supervised.await_line("web up")

        assert supervised.index("migrated") < supervised.index("web up")

    def test_a_failing_one_shot_service_ends_the_run_with_its_code(self, supervise: Supervise) -> None:
        supervised = supervise("""
            run(
                python("redis", POLITE),
                python("migrate", "print('no such table'); raise SystemExit(3)", one_shot=True),
                python("web", "print('web up'); " + FOREVER),
            )
        """)

        assert supervised.end() == 3
        assert "migrate ended with 3; it printed last:" in supervised.lines
        assert "    no such table" in supervised.lines
        assert "web up" not in "\n".join(supervised.lines)

    def test_a_service_that_never_becomes_healthy_is_named_with_its_last_lines(self, supervise: Supervise) -> None:
        supervised = supervise("""
            slow = "print('still thinking'); " + FOREVER
            run(python("web", slow, ready=appears("never"), start_timeout=0.5))
        """)

        assert supervised.end() == 1
        assert "web was not ready after 0.5 s; it printed last:" in supervised.lines
        assert "    still thinking" in supervised.lines

    def test_a_service_that_ends_before_it_is_healthy_fails_at_once(self, supervise: Supervise) -> None:
        supervised = supervise("""
            run(python("web", "print('port taken'); raise SystemExit(2)", ready=appears("never")))
        """)

        assert supervised.end() == 1
        assert "web ended with 2 before it was ready; it printed last:" in supervised.lines

    def test_a_signal_during_the_start_stops_what_runs(self, supervise: Supervise) -> None:
        supervised = supervise("""
            run(python("first", POLITE), python("second", "print('up'); " + FOREVER, ready=appears("never")))
        """)
        supervised.await_line(r"first +\| up")
        supervised.await_line(r"second +\| up")
        supervised.process.send_signal(signal.SIGINT)

        assert supervised.end() == 0
        assert said("first", "stopping") in supervised.lines


class TestStop:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_services_stop_in_reverse_order(self, supervise: Supervise, number: int) -> None:
        supervised = supervise("""
            run(python("first", POLITE), python("second", POLITE), python("third", POLITE))
        """)
        for name in ("first", "second", "third"):
            supervised.await_line(rf"{name} +\| up")
        supervised.process.send_signal(number)

        assert supervised.end() == 0
        order = [line.split()[0] for line in supervised.lines if "stopping" in line]
        assert order in (["third", "second", "first"], ["third|", "second|", "first|"])

    def test_the_code_of_the_service_that_ends_first_is_passed_on(self, supervise: Supervise, tmp_path: Path) -> None:
        supervised = supervise("""
            run(
                python("worker", POLITE),
                python("web", AWAIT_GO + "raise SystemExit(9)"),
            )
        """)
        supervised.await_line("all started")
        supervised.await_line(r"worker +\| up")
        (tmp_path / "go").touch()

        assert supervised.end() == 9
        assert said("worker", "stopping") in supervised.lines

    def test_nothing_survives_the_supervisors_own_kill_9(self, supervise: Supervise) -> None:
        supervised = supervise(f"run(python('stubborn', {STUBBORN!r}, stop_timeout=0.3))")
        for name in ("service", "child", "grandchild"):
            supervised.await_line(rf"\| {name} \d+")
        left = [int(line.split()[-1]) for line in supervised.lines if re.search(r"\| \w+ \d+$", line)]
        assert len(left) == 3
        assert all(alive(each) for each in left)
        supervised.process.kill()

        await_true(lambda: not any(alive(each) for each in left))
        supervised.end()

    def test_nothing_survives_an_orderly_stop_either(self, supervise: Supervise) -> None:
        supervised = supervise(f"run(python('stubborn', {STUBBORN!r}, stop_timeout=0.3))")
        for name in ("service", "child", "grandchild"):
            supervised.await_line(rf"\| {name} \d+")
        left = [int(line.split()[-1]) for line in supervised.lines if re.search(r"\| \w+ \d+$", line)]
        supervised.process.terminate()

        assert supervised.end() == 0
        assert [each for each in left if alive(each)] == []


class TestRestart:
    def test_a_service_is_restarted_up_to_the_limit(self, supervise: Supervise) -> None:
        supervised = supervise("""
            supervisor.FIRST_PAUSE_SECONDS = 0.01
            run(python("database", "print('up'); raise SystemExit(4)", restart=True))
        """)

        assert supervised.end() == 4
        assert supervised.lines.count(said("database", "up")) == 6

    def test_a_stuck_database_is_ended_and_started_again(self, supervise: Supervise) -> None:
        [port] = free_ports(1)
        url = database.database_url(port=port, password="secret", memory=True)
        supervised = supervise(f"""
            async def ready():
                return await database.answers({url!r})
            run(Service(
                name="database",
                command=database.command(port={port}, data_dir=None, options={{"stuck-seconds": 0.5}}),
                environment=database.environment("secret"),
                ready=ready,
                restart=True,
            ))
        """)
        supervised.await_line("all started")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)")
        supervised.await_line("a statement ran longer than 0.5 s")
        supervised.await_line("starting again")
        await_true(lambda: sum("ready on" in line for line in supervised.lines) == 2, seconds=60)


class TestLog:
    def test_binary_junk_and_endless_lines_do_not_block(self, supervise: Supervise) -> None:
        supervised = supervise(r"""
            junk = "b'\\xff\\x00\\x1b[2J\\n' + b'x' * 3_000_000 + b'\\nend\\n'"
            run(python("noisy", f"import sys; sys.stdout.buffer.write({junk})", one_shot=True))
        """)

        assert supervised.end() == 0
        assert said("noisy", "end") in supervised.lines
        assert max(len(line) for line in supervised.lines) < 5000
        assert not any("\x1b" in line for line in supervised.lines)
