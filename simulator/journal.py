"""What was created or injected, as JSON lines that only ever grow."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class JournalDamagedError(ValueError):
    """A line before the last one cannot be read."""


class Journal:
    """Events in a file that only its owner may read, or nowhere when there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None

    def read(self) -> Iterator[Event]:
        """Yield what was written before, without a last line that was cut off; then be ready to append."""
        if self._path is None:
            return
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, stat.S_IRUSR | stat.S_IWUSR)
        os.fchmod(self._file, stat.S_IRUSR | stat.S_IWUSR)
        whole, newline, _cut_off = self._path.read_bytes().rpartition(b"\n")
        os.ftruncate(self._file, len(whole) + len(newline))
        for number, line in enumerate(whole.splitlines(), start=1):
            yield self._parse(line, number)

    def append(self, event: Event) -> None:
        """Write an event before it takes effect."""
        if self._file is None:
            return
        rest = memoryview(json.dumps(event, separators=(",", ":")).encode() + b"\n")
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _parse(self, line: bytes, number: int) -> Event:
        try:
            event = json.loads(line)
        except ValueError as error:
            raise JournalDamagedError(f"{self._path}: line {number} is not JSON") from error
        if not isinstance(event, dict):
            raise JournalDamagedError(f"{self._path}: line {number} is not an object")
        return event
