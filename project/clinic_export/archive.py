"""The archive inside of the file: a tar of lines of JSON by table, and at its end a manifest of what must be there.

``<table>/<number>.ndjson`` in pieces of a megabyte, so that neither side holds more than one of them.
"""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson

from project.clinic_export.files import FileDamaged

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
PIECE_BYTES: Final = 1_000_000


@dataclass(slots=True)
class Content:
    """What was seen of a table: how many lines, and the SHA-256 of them all."""

    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, lines: list[bytes]) -> bytes:
        """Count some lines; as they stand in the archive."""
        data = b"".join(line + b"\n" for line in lines)
        self.rows += len(lines)
        self.digest.update(data)
        return data

    def told(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {"rows": self.rows, "sha256": self.digest.hexdigest()}


class Archive:
    """Writes table by table, then the manifest; a context, so that what is left off half is closed too."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|gz", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.tables: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exception: object) -> None:
        self._tar.close()

    def table(self, name: str, lines: Iterable[bytes]) -> int:
        """Write a table's lines; how many there were."""
        content, piece, size, number = Content(), [], 0, 0
        for line in lines:
            piece.append(line)
            size += len(line) + 1
            if size >= PIECE_BYTES:
                number += 1
                self._member(f"{name}/{number:06d}.ndjson", content.add(piece))
                piece, size = [], 0
        if piece or not number:
            self._member(f"{name}/{number + 1:06d}.ndjson", content.add(piece))
        self.tables[name] = content.told()
        return content.rows

    def end(self, manifest: dict[str, Any]) -> None:
        """The manifest, last: without it an archive is none."""
        whole = {"format": FORMAT, **manifest, "tables": self.tables}
        self._member(MANIFEST, orjson.dumps(whole, option=orjson.OPT_INDENT_2))

    def _member(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))


@dataclass(slots=True)
class Reader:
    """Reads an archive from its beginning; ``manifest`` is there when ``pieces`` has ended."""

    source: IO[bytes]
    manifest: dict[str, Any] = field(default_factory=dict)

    def pieces(self) -> Iterator[tuple[str, list[bytes]]]:
        """Table and lines, in the order of the archive; FileDamaged where it is not what its manifest says."""
        seen: dict[str, Content] = {}
        try:
            with tarfile.open(fileobj=self.source, mode="r|gz") as tar:
                for member in tar:
                    file = tar.extractfile(member)
                    data = b"" if file is None else file.read()
                    if member.name == MANIFEST:
                        self.manifest = orjson.loads(data)
                        continue
                    table = member.name.partition("/")[0]
                    lines = data.splitlines()
                    seen.setdefault(table, Content()).add(lines)
                    yield table, lines
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, orjson.JSONDecodeError) as error:
            raise FileDamaged("the file ends early or was changed") from error
        self._compare(seen)

    def _compare(self, seen: dict[str, Content]) -> None:
        if not self.manifest:
            raise FileDamaged("the file has no manifest: it ends early")
        if self.manifest.get("format") != FORMAT:
            raise FileDamaged(f"the file has format {self.manifest.get('format')}; this version reads {FORMAT}")
        told = self.manifest["tables"]
        wrong = sorted(name for name in {*told, *seen} if name not in seen or told.get(name) != seen[name].told())
        if wrong:
            raise FileDamaged(f"what the manifest says of {', '.join(wrong)} is not what is there")
