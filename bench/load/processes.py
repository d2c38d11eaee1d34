"""CPU seconds of groups of processes, and how busy each core was: from /proc, by psutil."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import psutil
import psycopg

Processes = Callable[[], list[psutil.Process]]
# The server's own processes have no database; those of other databases are somebody else's.
BACKENDS: Final = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() OR datname IS NULL"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """CPU seconds of each group, and of each core (busy, all)."""

    groups: Mapping[str, float]
    cores: list[tuple[float, float]]


def snapshot(groups: Mapping[str, Processes]) -> Snapshot:
    """What was used up to now."""
    cores = []
    for times in psutil.cpu_times(percpu=True):
        # Guests are counted as user time already.
        whole = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        cores.append((whole - times.idle - getattr(times, "iowait", 0.0), whole))
    return Snapshot({name: sum(map(_seconds, find())) for name, find in groups.items()}, cores)


def tree(pid: int) -> Processes:
    """A process and what it started."""

    def find() -> list[psutil.Process]:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]

    return find


def own_server(url: str) -> Processes:
    """What we started that listens on the URL's port, and what that started; nothing where we did not start it."""
    port = urlsplit(url).port
    for process in psutil.Process(os.getpid()).children(recursive=True):
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in _connections(process)):
            return tree(process.pid)
    return lambda: []


def backends(connection: "psycopg.Connection[tuple[int]]") -> Processes:
    """The processes of a database on this machine; none where the server is elsewhere."""

    def find() -> list[psutil.Process]:
        pids = [pid for (pid,) in connection.execute(BACKENDS)]
        return [process for process in _alive(pids) if process.name().startswith("postgres")]

    return find


def _alive(pids: Iterable[int]) -> list[psutil.Process]:
    return [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]


def _connections(process: psutil.Process) -> list["psutil._ntuples.pconn"]:
    try:
        return process.net_connections(kind="tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system
