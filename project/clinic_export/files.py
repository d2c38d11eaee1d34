"""The file of an export: whole or not there, encrypted by age (https://age-encryption.org) unless that is declined."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyrage

AGE = b"age-encryption.org/"


class KeyRefused(Exception):
    """The key is none, or not the one that the file was encrypted for; the message says which."""


class FileDamaged(Exception):
    """The file ends early or was changed."""


def new_key(path: Path) -> str:
    """Write a new private key to a file that only its owner reads; the public key, which encrypts."""
    key = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public())


@contextmanager
def written(path: Path, recipient: str | None) -> Iterator[IO[bytes]]:
    """A file to write to, encrypted for a public key where there is one. It appears when the block has ended well."""
    draft = path.with_name(f"{path.name}.part")
    key = None if recipient is None else _public(recipient)
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            if key is None:
                yield file
            else:
                with _encrypted(file, key) as target:
                    yield target
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def opened(path: Path, key: Path | None) -> Iterator[IO[bytes]]:
    """What was written, decrypted by the file of a private key; KeyRefused, FileDamaged."""
    with path.open("rb") as file:
        encrypted = file.read(len(AGE)) == AGE
        file.seek(0)
        if not encrypted:
            yield file
            return
        if key is None:
            raise KeyRefused("the file is encrypted: --key names the file of its private key")
        with _decrypted(file, _private(key)) as source:
            yield source


def _public(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise KeyRefused("this is no public key: it begins with age1") from None


def _private(path: Path) -> pyrage.x25519.Identity:
    lines = [line.strip() for line in path.read_text().splitlines()]
    try:
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except (StopIteration, pyrage.IdentityError):
        raise KeyRefused(f"{path} holds no private key: it begins with AGE-SECRET-KEY-1") from None


@contextmanager
def _encrypted(file: IO[bytes], key: pyrage.x25519.Recipient) -> Iterator[IO[bytes]]:
    """The library reads what it encrypts; so it reads a pipe, in a thread."""
    failures: list[Exception] = []
    reading, writing = os.pipe()

    def encrypt() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, file, [key])
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=encrypt)
    thread.start()
    try:
        # When the other end is gone, its reason is told instead.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as target:
            yield target
    finally:
        thread.join()
    if failures:
        raise OSError(str(failures[0]))


@contextmanager
def _decrypted(file: IO[bytes], key: pyrage.x25519.Identity) -> Iterator[IO[bytes]]:
    failures: list[Exception] = []
    reading, writing = os.pipe()

    def decrypt() -> None:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as target:
            try:
                pyrage.decrypt_io(file, target, [key])
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=decrypt)
    thread.start()
    broken: FileDamaged | None = None
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    except FileDamaged as error:
        broken = error
    finally:
        thread.join()
    if any(isinstance(failure, pyrage.DecryptError) for failure in failures):
        raise KeyRefused("the key is not the one that the file was encrypted for") from broken
    if broken is not None or failures:
        raise broken or FileDamaged("the file ends early or was changed") from next(iter(failures), None)
