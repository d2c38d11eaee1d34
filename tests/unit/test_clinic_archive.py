"""The file of a clinic's export: bounded, whole, and only for whoever it is for."""

import os
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from project.clinic_export import files
from project.clinic_export.archive import Archive, Reader
from project.clinic_export.files import FileDamaged, KeyRefused

SECRET = b"Zenobia Quartzo"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key"


@pytest.fixture
def sealed(tmp_path: Path, key: Path) -> Path:
    """An export that is encrypted for the key."""
    path = tmp_path / "clinic.age"
    with files.written(path, files.new_key(key)) as target:
        fill(target)
    return path


def fill(target: IO[bytes]) -> None:
    with Archive(target) as archive:
        archive.table("reading", [b'{"mg_dl":100}', b'{"mg_dl":101}'])
        archive.table("people", [b'{"name":"' + SECRET + b'"}'])
        archive.table("none", [])
        archive.end({"name": "Norte"})


def read(path: Path, key: Path | None) -> list[tuple[str, list[bytes]]]:
    with files.opened(path, key) as source:
        return list(Reader(source).pieces())


class TestFile:
    def test_is_read_as_it_was_written(self, sealed: Path, key: Path) -> None:
        assert read(sealed, key) == [
            ("reading", [b'{"mg_dl":100}', b'{"mg_dl":101}']),
            ("people", [b'{"name":"' + SECRET + b'"}']),
            ("none", []),
        ]

    def test_in_the_clear_is_a_tar_that_anybody_reads(self, tmp_path: Path) -> None:
        path = tmp_path / "clinic.tar.gz"

        with files.written(path, None) as target:
            fill(target)

        with tarfile.open(path) as tar:
            assert tar.getnames() == [
                "reading/000001.ndjson",
                "people/000001.ndjson",
                "none/000001.ndjson",
                "manifest.json",
            ]
        assert path.stat().st_mode & 0o777 == 0o600

    def test_is_for_nobody_else(self, sealed: Path, tmp_path: Path) -> None:
        files.new_key(tmp_path / "other")

        assert SECRET not in sealed.read_bytes()
        with pytest.raises(KeyRefused, match="not the one"):
            read(sealed, tmp_path / "other")
        with pytest.raises(KeyRefused, match="--key"):
            read(sealed, None)

    @pytest.mark.parametrize("harm", ["shorter", "changed"])
    def test_that_was_damaged_is_refused(self, sealed: Path, key: Path, harm: str) -> None:
        data = bytearray(sealed.read_bytes())
        data[-40] ^= 1
        sealed.write_bytes(data if harm == "changed" else data[:-40])

        with pytest.raises(FileDamaged):
            read(sealed, key)

    def test_is_not_there_when_its_writing_fails(self, tmp_path: Path, key: Path) -> None:
        recipient = files.new_key(key)

        with pytest.raises(ZeroDivisionError), files.written(tmp_path / "clinic.age", recipient) as target:
            target.write(SECRET[: 1 // 0])

        assert [path.name for path in tmp_path.iterdir()] == ["key"]

    def test_says_that_a_key_is_none(self, tmp_path: Path, sealed: Path) -> None:
        (tmp_path / "text").write_text("no key")

        with pytest.raises(KeyRefused, match="holds no private key"):
            read(sealed, tmp_path / "text")
        with pytest.raises(KeyRefused, match="begins with age1"), files.written(tmp_path / "new", "text"):
            pass


class TestArchive:
    def test_without_a_line_that_its_manifest_counts_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "clinic.tar.gz"
        with files.written(path, None) as target, Archive(target) as archive:
            archive.table("reading", [b"{}"])
            archive.tables["reading"]["rows"] = 2
            archive.end({})

        with pytest.raises(FileDamaged, match="reading"):
            read(path, None)

    def test_without_a_manifest_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "clinic.tar.gz"
        with files.written(path, None) as target, Archive(target) as archive:
            archive.table("reading", [b"{}"])

        with pytest.raises(FileDamaged, match="no manifest"):
            read(path, None)

    def test_holds_a_few_megabytes_however_long_a_table_is(self, tmp_path: Path) -> None:
        path = tmp_path / "clinic.tar.gz"
        tracemalloc.start()
        with files.written(path, None) as target, Archive(target) as archive:
            archive.table("reading", lines(30_000))
            archive.end({})
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with files.opened(path, None) as source:
            count = sum(len(piece) for _, piece in Reader(source).pieces())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert count == 30_000
        assert max(written, peak) < 9_000_000  # of 18 MB


def lines(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield b"%d %s" % (number, os.urandom(300).hex().encode())
