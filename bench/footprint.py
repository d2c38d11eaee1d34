"""What the product takes for a patient's year, and each of its processes: ``python -m bench.footprint``.

The log (WAL) counts everything that the server writes meanwhile: measure on a server that nobody else uses.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import psutil
import psycopg

from bench.report import print_dataset, print_machine
from bench.server import CannotRunError, measured_server
from embedded.testing import RunningServer, running_server

PATIENTS: Final = 50  # of one account: a poll stores them in one transaction
DAYS: Final = 14
POLLS: Final = 144
YEAR: Final = 365.25
READINGS_A_DAY: Final = 288
PROCESSES: Final = {
    "live": ["manage.py", "run_live", "--host", "127.0.0.1", "--port", "0"],
    "worker-critical": [
        "-m",
        "dramatiq",
        "project.worker",
        "--queues",
        "critical",
        "--processes",
        "1",
        "--threads",
        "3",
    ],
    "worker-default": ["-m", "dramatiq", "project.worker", "--queues", "default", "--processes", "1", "--threads", "4"],
    "worker-bulk": ["-m", "dramatiq", "project.worker", "--queues", "bulk", "--processes", "1", "--threads", "2"],
    "scheduler": ["manage.py", "run_scheduler"],
}
SESSIONS: Final = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
SIZES: Final = """
SELECT sum(pg_total_relation_size(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass))::bigint
FROM timescaledb_information.chunks AS c
JOIN timescaledb_information.continuous_aggregates AS a
    ON c.hypertable_schema = a.materialization_hypertable_schema
    AND c.hypertable_name = a.materialization_hypertable_name
"""


def main() -> int:
    """0 where it ran, 1 where it could not."""
    try:
        with measured_server() as server:
            print_machine(server)
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                _storage(connection)
                _redis()
                _memory(connection)
    except CannotRunError as error:
        print(f"footprint: {error}", file=sys.stderr)
        return 1
    return 0


def _storage(connection: psycopg.Connection[Any]) -> None:
    from bench.dataset import about, cohort
    from bench.people import clinic
    from glucose.services.ingest import store

    made = [patient.id for patient in clinic("footprint", PATIENTS).patients]
    samples = cohort(made, DAYS)
    print_dataset(f"{PATIENTS} patients, {len(samples):,} readings ({about(f'{DAYS} days each')})")
    order = samples.time.argsort(kind="stable")
    samples = samples[order]
    polled = samples.time >= samples.time[-1] - POLLS * 300
    for start in range(0, int((~polled).sum()), 10_000):
        store(samples[~polled][start : start + 10_000], now=_instant(samples.time[~polled][-1]))
    latest = samples[polled]
    for name, checkpoints in (("and a checkpoint of the server before each", True), ("without checkpoints", False)):
        half = latest[: len(latest) // 2] if checkpoints else latest[len(latest) // 2 :]
        before, begun = _log(connection), time.perf_counter()
        polls = 0
        for first in range(int(half.time[0]), int(half.time[-1]) + 1, 300):
            part = half[(half.time >= first) & (half.time < first + 300)]
            if checkpoints:
                connection.execute("CHECKPOINT")
            if len(part):
                store(part, now=_instant(part.time[-1]))
                polls += 1
        took = time.perf_counter() - begun
        written = (_log(connection) - before) / len(half)
        _say(f"log, polls of {PATIENTS} patients, {name}", written, took / polls)
    before = _log(connection)
    connection.execute("CALL refresh_continuous_aggregate('reading_day', NULL, NULL)")
    _say("log of the aggregate, written once", (_log(connection) - before) / len(samples))
    (size,) = connection.execute(SIZES).fetchone() or (0,)
    (days,) = connection.execute("SELECT count(*) FROM reading_day").fetchone() or (1,)
    print(f"aggregate: {size / days:.0f} bytes a row, {size / days * YEAR / 1e3:.0f} kB a patient-year", flush=True)
    before = _log(connection)
    connection.execute("SELECT compress_chunk(chunk) FROM show_chunks('reading') AS chunk")
    _say("log of the columnstore, written once", (_log(connection) - before) / len(samples))


def _say(what: str, bytes_a_reading: float, seconds: float | None = None) -> None:
    year = bytes_a_reading * READINGS_A_DAY * YEAR / 1e6
    took = "" if seconds is None else f"; {seconds * 1000:.1f} ms a poll"
    print(f"{what}: {bytes_a_reading:,.0f} bytes a reading, {year:.1f} MB a patient-year{took}", flush=True)


def _log(connection: psycopg.Connection[Any]) -> int:
    (found,) = connection.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").fetchone() or (0,)
    return int(found)


def _instant(seconds: Any) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(minutes=1)


def _memory(connection: psycopg.Connection[Any]) -> None:
    """Of each process after some work; what several share is counted in parts (PSS)."""
    from bench.people import clinic
    from bench.web import gunicorn, requests

    someone = clinic("footprint", PATIENTS)
    patient = someone.patients[0].id
    with gunicorn(3) as (port, web), _others() as others:
        import http.client

        for _ in range(4):
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
                for page in ("readings/?layout=columns", "statistics/", "agp/"):
                    ask = requests(client, someone.token, f"/api/v1/patients/{patient}/{page}")
                    for _ in range(10):
                        ask()
        for name, running in {"web": web, **others}.items():
            _print_memory(name, running)
        _print_sessions(connection)


def _redis() -> None:
    """Bytes of what is kept there, by how the server's memory grows with a thousand of each."""
    from django.conf import settings

    from analytics.metrics.period_sums import WIDTH
    from api.kept import keep
    from api.redis_clients import client
    from glucose.services.announcements import announce
    from work.services import send

    def grown(what: str, put: Callable[[int], object]) -> None:
        before = _used(asked)
        for number in range(1000):
            put(number)
        print(f"redis: {(_used(asked) - before) / 1000:.0f} bytes {what}", flush=True)

    with client(settings.REDIS_URL) as asked:
        print(f"redis: {_used(asked) / 1e6:.1f} MB empty", flush=True)
        arguments: dict[str, Any] = {"account_id": "01952f00-0000-7000-8000-000000000000"}
        grown("a message that waits", lambda _: send("nobody", queue="footprint", **arguments))
        grown("an announced reading", lambda at: announce([bytes(16), at]))
        sums = bytes(2 * WIDTH * 8)
        grown("kept sums of a patient", lambda at: keep({f"footprint:{at}": sums}))


def _used(asked: Any) -> int:
    return int(asked.info("memory")["used_memory"])


def _print_sessions(connection: psycopg.Connection[Any]) -> None:
    found = connection.execute(SESSIONS).fetchall()
    sizes = [psutil.Process(pid).memory_full_info().uss / 1e6 for (pid,) in found if psutil.pid_exists(pid)]
    if sizes:
        mean = sum(sizes) / len(sizes)
        print(f"database: {len(sizes)} sessions, {mean:.1f} MB of its own each, at most {max(sizes):.1f}", flush=True)


@contextlib.contextmanager
def _others() -> Iterator[dict[str, RunningServer]]:
    with contextlib.ExitStack() as running:
        started = {
            name: running.enter_context(running_server([sys.executable, *command]))
            for name, command in PROCESSES.items()
        }
        time.sleep(25)  # they have imported what they need, and pinged a few times
        yield started


def _print_memory(name: str, running: RunningServer) -> None:
    root = psutil.Process(running.process.pid)
    found = [one for one in root.children(recursive=True) if "leash" not in " ".join(one.cmdline()[:4])]
    sizes = sorted((one.memory_full_info().pss / 1e6 for one in found), reverse=True)
    told = ", ".join(f"{size:.0f}" for size in sizes)
    print(f"memory of {name}: {sum(sizes):.0f} MB in {len(sizes)} processes ({told})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
