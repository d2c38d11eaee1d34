"""A folder as one file, encrypted by age: a tar of everything but locks, and at its end the checksums of every file."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import pyrage

SUMS: Final = "checksums.json"
# What says that somebody works in the folder.
LEFT_OUT: Final = {"demo.lock", "database.lock", "demo.json"}


class Unusable(Exception):
    """The key or the file cannot be used; the message says why."""


def new_key(path: Path) -> None:
    """Write a new private key to a file that only its owner reads."""
    key = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {key.to_public()}\n{key}\n")


def pack(folder: Path, path: Path, key: Path) -> int:
    """Write the folder's files to a new file, which appears when it is whole; how many they were."""
    identity = _identity(key)
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            recipients = [identity.to_public()]
            with _piped(lambda source: pyrage.encrypt_io(source, file, recipients), "rb") as target:
                count = _write(folder, target)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def unpack(path: Path, folder: Path, key: Path) -> int:
    """Write what was packed to a folder that is not there yet; how many files. Unusable where a byte is another one."""
    identity = _identity(key)
    folder.mkdir(mode=0o700)
    with path.open("rb") as file, _piped(lambda target: pyrage.decrypt_io(file, target, [identity]), "wb") as source:
        try:
            with tarfile.open(fileobj=source, mode="r|gz") as tar:
                for member in tar:
                    tar.extract(member, folder, filter="data")
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Unusable("the file ends early or was changed") from error
    return _compare(folder)


def _write(folder: Path, target: IO[bytes]) -> int:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=target, mode="w|gz", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if name in LEFT_OUT or not (path.is_dir() or path.is_file()):
                continue
            tar.add(path, arcname=name, recursive=False)
            if path.is_file():
                sums[name] = _sum(path)
        data = json.dumps(sums).encode()
        member = tarfile.TarInfo(SUMS)
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return len(sums)


def _compare(folder: Path) -> int:
    listed = folder / SUMS
    if not listed.exists():
        raise Unusable("the file ends early")
    sums: dict[str, str] = json.loads(listed.read_text())
    listed.unlink()
    wrong = sorted(name for name, told in sums.items() if not (folder / name).is_file() or _sum(folder / name) != told)
    if wrong:
        raise Unusable(f"{wrong[0]} is not as it was, and {len(wrong) - 1} others")
    return len(sums)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _identity(path: Path) -> pyrage.x25519.Identity:
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except FileNotFoundError:
        raise Unusable(f"there is no key {path}; --new-key makes one") from None
    except (StopIteration, pyrage.IdentityError):
        raise Unusable(f"{path} holds no key") from None


@contextmanager
def _piped(work: Callable[[IO[bytes]], object], its_end: str) -> Iterator[IO[bytes]]:
    """The other end of a pipe that the library works at in a thread; its failure is raised in words."""
    failures: list[Exception] = []
    reading, writing = os.pipe()
    theirs, ours = (reading, writing) if its_end == "rb" else (writing, reading)

    def run() -> None:
        try:
            with os.fdopen(theirs, its_end) as end:
                work(end)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    broken: Unusable | None = None
    try:
        with suppress(BrokenPipeError), os.fdopen(ours, "wb" if its_end == "rb" else "rb") as end:
            yield end
    except Unusable as error:
        broken = error
    finally:
        thread.join()
    if any(isinstance(failure, pyrage.DecryptError) for failure in failures):
        raise Unusable("the key is not the one that the file was encrypted by") from broken
    if broken is not None:
        raise broken
    if failures:
        raise failures[0]
