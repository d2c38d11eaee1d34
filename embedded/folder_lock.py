"""That nobody works in a demo's folder while it is copied."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded import database


class FolderInUseError(Exception):
    """A demo runs in the folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the locks that a demo takes, of the folder and of its database; FolderInUseError while one runs."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            descriptor = database.lock(folder / "database")
        except (BlockingIOError, database.DataDirectoryInUseError):
            raise FolderInUseError(f"a demo runs in {folder}: stop it first") from None
        with open(descriptor, closefd=True):
            yield
