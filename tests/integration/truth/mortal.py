"""A process that may end, and a vendor that may: what a replay is run with."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection
from pytest_django import Settings

from simulator.process import SimulatorProcess


class Died(Exception):
    """The process ended."""


class Mortal:
    """A clock that stands still, in a process that ends, or loses its database, as it is asked for the nth time."""

    def __init__(self, now: datetime, dies_at: int | None = None, *, loses_database: bool = False) -> None:
        self.now = now
        self.left = dies_at
        self.loses_database = loses_database

    def __call__(self) -> datetime:
        if self.left is None:
            return self.now
        self.left -= 1
        if self.left >= 0:
            return self.now
        if self.loses_database:
            self.left = None
            if connection.connection is not None:
                connection.connection.close()
            return self.now
        raise Died


@dataclass
class Vendor:
    """The simulator, which keeps its state through a restart."""

    state: Path
    settings: Settings
    process: SimulatorProcess = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.process = SimulatorProcess("--state", str(self.state), "--speed", "0")
        self.settings.LIBRELINKUP_GLOBAL_URL = self.process.url
        self.settings.LIBRELINKUP_REGION_URL = self.process.url + "/{region}"

    def restart(self) -> None:
        """As after a crash."""
        self.process.kill()
        self._start()
