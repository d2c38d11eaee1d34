"""What is in a repository, and copies of it that are broken on purpose."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.backup_rehearsal.cluster import Cluster


@contextmanager
def copied(cluster: Cluster) -> Iterator[Cluster]:
    """Another machine: a copy of the repository and of the key, and nothing else."""
    folder = cluster.folder / "copy"
    copy = Cluster(folder, folder / "repository", cluster.key)
    shutil.rmtree(copy.repository)
    cluster.run("cp", "-a", cluster.repository, copy.repository)
    try:
        yield copy
    finally:
        shutil.rmtree(folder)


def damaged(copy: Cluster, part: str) -> None:
    """One bit of the largest file of a backup is another one."""
    files = [path for path in (copy.repository / "repository" / "backup").rglob("bundle/*") if part in str(path)]
    largest = max(files, key=lambda path: path.stat().st_size)
    with largest.open("r+b") as file:
        file.seek(largest.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def backups(cluster: Cluster) -> list[str]:
    """The names of those that are kept, oldest first."""
    folder = cluster.repository / "repository" / "backup" / "saude"
    return sorted(path.name for path in folder.iterdir() if re.match(r"\d{8}-\d{6}F", path.name))


def rows(cluster: Cluster, statement: str, *values: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    with psycopg.connect(cluster.url) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def holds(folder: Path, text: str) -> bool:
    """Whether a file in it has the bytes of the text."""
    sought = text.encode()
    return any(sought in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def size(folder: Path) -> int:
    """The bytes of its files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def timed(step: Callable[[], object]) -> float:
    """The seconds that it takes."""
    began = time.monotonic()
    step()
    return time.monotonic() - began
