"""Three sentinels, two servers of Redis: the master is killed under load, twice, and every task comes to its end."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psycopg

from embedded import redis
from embedded.ports import free_ports
from embedded.testing import RunningServer, running_server
from tests.faults.waiting import until
from tests.security.__main__ import _settings
from tests.security.server import NoServerError, Server, server
from tests.standby.ground import ROOT, Checks, set_up

SHIPPED: Final = ROOT / "docker" / "sentinel" / "sentinel.conf"
RATE: Final = 10.0  # tasks a second
BEFORE_SECONDS: Final = 8.0
AFTER_SECONDS: Final = 20.0
# From the kill to a task that was asked for and done after it: three seconds of silence, the election, a new start.
GOES_ON_SECONDS: Final = 30.0
# Until what Redis lost is found by its row.
LOST_SECONDS: Final = 12
ENVIRONMENT: Final = {
    "TASK_LOST_AFTER_SECONDS": str(LOST_SECONDS),
    "TASK_LEASE_SECONDS": "10",
    "SCHEDULER_LEASE_SECONDS": "4",
    "LOG_LEVEL": "WARNING",
}
STATES: Final = "SELECT status, count(*) FROM work_task WHERE kind = 'rehearsed' GROUP BY status"
DONE_AFTER: Final = """
SELECT min(finished_at) FROM work_task WHERE kind = 'rehearsed' AND status = 'done' AND created_at > %s
"""
AGAIN: Final = """
SELECT count(*) FILTER (WHERE sends > 1 OR lost > 0), count(*) FILTER (WHERE sent_at > created_at + interval '3 s'),
    extract(epoch FROM max(finished_at - created_at))::int
FROM work_task WHERE kind = 'rehearsed'
"""


def main() -> int:
    """Start, kill, count."""
    checks = Checks("sentinel")
    try:
        with server() as found, standing() as redises:
            _settings(found, redises.url)
            os.environ |= ENVIRONMENT
            print(f"on {found.about}; Redis of {redis.binary()}", flush=True)
            _migrate(found)
            os.environ["DATABASE_URL"] = found.worker
            os.environ["DATABASE_POOL_SIZE"] = "8"
            set_up(found)
            with tempfile.TemporaryDirectory(prefix="saude-standby-") as folder, _processes(Path(folder)) as log:
                _rehearse(checks, found, redises, log)
    except NoServerError as error:
        print(f"sentinel: {error}", file=sys.stderr)
        return 2
    return checks.ended()


class Redises:
    """Two servers, one of which follows the other, and three sentinels that watch them."""

    def __init__(self, folder: Path, running: contextlib.ExitStack) -> None:
        self._folder, self._running = folder, running
        self.password, self._own = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        ports = free_ports(5)
        self.ports, self.sentinels = ports[:2], ports[2:]
        self.servers: dict[int, RunningServer] = {}
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.sentinels)
        self.url = f"redis+sentinel://:{self.password}@{hosts}/queue/0?sentinel_password={self._own}"

    def start(self) -> None:
        """Everything, until every sentinel knows the others and the replica."""
        for port in self.ports:
            self.start_server(port, None if port == self.ports[0] else self.ports[0])
        for port in self.sentinels:
            config = self._folder / f"sentinel-{port}.conf"
            given = SHIPPED.read_text(encoding="utf-8").replace("ADDRESS", f"127.0.0.1 {self.ports[0]}")
            own = f"port {port}\nbind 127.0.0.1\ndir {self._folder}\nrequirepass {self._own}\n"
            own += f"sentinel sentinel-pass {self._own}\n"
            config.write_text(own + given.replace("PASSWORD", self.password), encoding="utf-8")
            one = self._running.enter_context(running_server([redis.binary(), str(config), "--sentinel"]))
            one.wait_until(lambda port=port: redis.answers(port, self._own))  # type: ignore[misc]
        until(self.is_whole, 30, "every sentinel to know the others")

    def start_server(self, port: int, master: int | None) -> None:
        """A server, which follows the master where one is given."""
        config = self._folder / f"redis-{port}.conf"
        redis.write_config(config, port=port, password=self.password, folder=self._folder, keep=False)
        more = f"masterauth {self.password}\nrepl-diskless-sync-delay 0\n"
        with config.open("a", encoding="utf-8") as file:
            file.write(more + (f"replicaof 127.0.0.1 {master}\n" if master else ""))
        self.servers[port] = self._running.enter_context(running_server(redis.command(config)))
        self.servers[port].wait_until(lambda: redis.answers(port, self.password))

    def master(self) -> int:
        """The port of the master, as the sentinels see it."""
        import redis as client

        asked: Any = client.Redis("127.0.0.1", self.sentinels[0], password=self._own)
        with asked:
            return int(asked.sentinel_get_master_addr_by_name("queue")[1])

    def is_whole(self) -> bool:
        """Whether each sentinel sees the two others, and a replica that follows."""
        import redis as client

        for port in self.sentinels:
            with client.Redis("127.0.0.1", port, password=self._own) as asked:
                state: Any = asked.sentinel_master("queue")
                replicas: Any = asked.sentinel_slaves("queue")
            if state["num-other-sentinels"] != 2 or not any(_follows(one) for one in replicas):
                return False
        return True

    def kill_master(self) -> int:
        """SIGKILL; its port."""
        port = self.master()
        process = self.servers[port].process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return port


def _follows(replica: dict[str, Any]) -> bool:
    return replica["master-link-status"] == "ok" and not replica["is_sdown"]


@contextlib.contextmanager
def standing() -> Iterator[Redises]:
    """All of them, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="saude-sentinel-") as name, contextlib.ExitStack() as running:
        found = Redises(Path(name), running)
        found.start()
        yield found


def _migrate(found: Server) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": found.owner}, check=True)


@contextlib.contextmanager
def _processes(folder: Path) -> Iterator[Path]:
    """A worker of the queues that matter, and a scheduler."""
    log = folder / "log"
    worker = ["-m", "dramatiq", "tests.standby.worker", "--queues", "critical", "default"]
    commands = [[*worker, "--processes", "1", "--threads", "4"], ["manage.py", "run_scheduler"]]
    running = []
    with log.open("ab") as file:
        for command in commands:
            started = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, stdout=file, stderr=file, start_new_session=True
            )
            running.append(started)
        try:
            yield log
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _rehearse(checks: Checks, found: Server, redises: Redises, log: Path) -> None:
    load = Load()
    with psycopg.connect(found.superuser, autocommit=True) as connection, Listener() as listener, load:
        until(lambda: _states(connection).get("done"), 60, f"a first task\n{log.read_text()[-2000:]}")
        for number in (1, 2):
            load.rest.wait(BEFORE_SECONDS)
            listener.said = 0
            began = time.monotonic()
            (killed_at,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
            port = redises.kill_master()
            until(lambda port=port: redises.master() != port, 60, "another master")  # type: ignore[misc]
            elected = time.monotonic() - began
            done = until(
                lambda at=killed_at: (connection.execute(DONE_AFTER, [at]).fetchone() or [None])[0],  # type: ignore[misc]
                90,
                "a task that was asked for after the kill",
            )
            after = (done - killed_at).total_seconds()
            print(
                f"kill {number}: another master after {elected:.1f} s, the first task after {after:.1f} s", flush=True
            )
            checks.that(f"kill {number}: work goes on within {GOES_ON_SECONDS:g} s", after <= GOES_ON_SECONDS, after)
            until(lambda: listener.said, 60, "an open stream to hear of a new reading")
            checks.that(f"kill {number}: open streams are told again", True)
            _others(checks, number)
            load.rest.wait(AFTER_SECONDS)
            redises.start_server(port, redises.master())
            until(redises.is_whole, 60, "the one that was killed to follow")
    _all_done(checks, connection_url=found.superuser, asked=load.asked)


def _others(checks: Checks, number: int) -> None:
    """Counters and circuits: each finds the new master by itself."""
    from api.counters import counters
    from glucose.services.circuits import resting
    from work import heartbeat

    until(lambda: _holds(lambda: counters().run("highest", ["rehearsed"], [])), 30, "the counters")
    checks.that(f"kill {number}: requests are counted", True)
    from django.utils import timezone

    checks.that(f"kill {number}: circuits are asked", resting(["host.example"], timezone.now()) == {})
    checks.that(f"kill {number}: health reaches Redis", _holds(lambda: heartbeat.seconds_since("x", timezone.now())))


def _holds(look: Callable[[], Any]) -> bool:
    from redis.exceptions import RedisError

    try:
        look()
    except RedisError:
        return False
    return True


def _all_done(checks: Checks, *, connection_url: str, asked: int) -> None:
    with psycopg.connect(connection_url, autocommit=True) as connection:
        with contextlib.suppress(Exception):
            until(lambda: _states(connection) == {"done": asked}, 20 * LOST_SECONDS, "every task", pause=0.5)
        states = _states(connection)
        again, late, longest = connection.execute(AGAIN).fetchone() or (0, 0, 0)
    for _ in range(states.get("done", 0)):
        checks.that("a task is done", True)
    checks.that(f"all {asked} tasks are done", states == {"done": asked}, states)
    print(
        f"{asked} tasks, {late} sent late, {again} sent again; the last one was done {longest} s after it was asked for"
    )


def _states(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(connection.execute(STATES).fetchall())


class Load:
    """Tasks asked for, so many a second, whether Redis takes them or not; and a new reading told with each."""

    def __init__(self) -> None:
        self.asked, self.rest, self._stop = 0, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        from django.db import close_old_connections, transaction

        from glucose.services.announcements import announce
        from work.queues import DEFAULT
        from work.services import start_task

        while not self._stop.wait(1 / RATE):
            with transaction.atomic():
                start_task(kind="rehearsed", actor="rehearsed", queue=DEFAULT, owner_id=None, arguments={})
            self.asked += 1
            announce([secrets.token_bytes(16), int(time.time())])
            close_old_connections()


class Listener:
    """What the process of open streams does: one reader of what is announced."""

    def __init__(self) -> None:
        self.said = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        while self._thread.is_alive():
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._reading.cancel)
            self._thread.join(1)

    def _run(self) -> None:
        self._reading = self._loop.create_task(self._read())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._reading)
        self._loop.close()

    async def _read(self) -> None:
        from django.conf import settings

        from project.live.feed import Feed

        feed = Feed(settings.REDIS_URL, self)  # type: ignore[arg-type]
        try:
            await feed.run()
        finally:
            await feed.close()

    # What a feed wants of its hub.
    position = (0, 0)

    def interrupt(self, position: Any) -> None:
        """Something was missed."""
        self.position = position

    async def tell(self, announced: Any, position: Any) -> None:
        """Something was said."""
        self.position = position
        self.said += len(announced)


if __name__ == "__main__":
    sys.exit(main())
