"""Files of readings as they are kept: in sealed pieces in the database, where any worker on any machine reads them."""

import io
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sql
from accounts import identity
from glucose.models import ImportFile, ImportPiece

PIECE_BYTES: Final = 256 * 1024
# From the first byte of an upload to the import that is made of it, at the most.
ORPHANED_AFTER: Final = timedelta(hours=1)


class FileWriter:
    """Stores a file as its bytes come, each piece in a transaction of its own: a slow sender holds no connection."""

    def __init__(self, user_id: UUID, now: datetime) -> None:
        self._user_id, self._now = user_id, now
        self._waiting = bytearray()
        self._pieces = 0
        self.file_id: UUID | None = None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Some more of the file."""
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) >= PIECE_BYTES:
            self._store(bytes(self._waiting[:PIECE_BYTES]))
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> UUID:
        """The rest of it; whose id it has."""
        if self._waiting or self.file_id is None:
            self._store(bytes(self._waiting))
            self._waiting.clear()
        assert self.file_id is not None  # noqa: S101
        return self.file_id

    def forget(self) -> None:
        """Take back what was stored."""
        if self.file_id is not None:
            with identity.acting(self._user_id):
                delete_file(self.file_id)
        sql.release()

    def _store(self, content: bytes) -> None:
        with identity.acting(self._user_id):
            if self.file_id is None:
                self.file_id = ImportFile.objects.create(uploaded_by_id=self._user_id, created_at=self._now).id
            ImportPiece.objects.create(file_id=self.file_id, number=self._pieces, content=content)
        self._pieces += 1
        sql.release()


class StoredFile(io.RawIOBase):
    """A kept file as a stream of bytes, a piece at a time; for the worker, who may read it."""

    def __init__(self, file_id: UUID, size: int) -> None:
        self._file_id, self._size = file_id, size
        self._at = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Any place of it can be read first."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """How many bytes come before the next one that is read."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Some bytes, up to the end of a piece; none at the end."""
        number, within = divmod(self._at, PIECE_BYTES)
        if self._at >= self._size:
            return 0
        if number != self._number:
            (row,) = ImportPiece.objects.filter(file_id=self._file_id, number=number)
            self._number, self._piece = number, row.content
        some = self._piece[within : within + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)


def opened(file_id: UUID, size: int) -> io.BufferedReader:
    """The file from its beginning."""
    return io.BufferedReader(StoredFile(file_id, size))


def delete_file(file_id: UUID) -> None:
    """Forget a file; by statements that read nothing of it."""
    pieces, files = ImportPiece.objects.filter(file_id=file_id), ImportFile.objects.filter(id=file_id)
    pieces._raw_delete(pieces.db)
    files._raw_delete(files.db)


def forget_orphans(now: datetime) -> int:
    """Delete the files that nobody made an import of, as where the sender was cut off; how many."""
    orphans = ImportFile.objects.filter(import_of=None, created_at__lt=now - ORPHANED_AFTER)
    ids = list(orphans.values_list("id", flat=True))
    for file_id in ids:
        delete_file(file_id)
    return len(ids)
