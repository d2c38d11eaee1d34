"""A demo's folder as one encrypted file, and back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from embedded.folder_lock import held

CANARY = "Canário-QZX-88"


def run(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"embedded.{module}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a demo that is stopped."""
    made = tmp_path / "var"
    (made / "database" / "empty").mkdir(parents=True)
    (made / "state.json").write_text(f'{{"field_key": "{CANARY}"}}')
    (made / "state.json").chmod(0o600)
    (made / "database" / "1259").write_bytes(bytes(range(256)) * 5_000)
    (made / "demo.lock").touch()
    return made


@pytest.fixture
def packed(folder: Path, tmp_path: Path) -> Path:
    """Its backup; the key is beside it."""
    file = tmp_path / "demo.age"
    done = run("backup", "--var", folder, "--key", tmp_path / "key", "--new-key", file)
    assert (done.returncode, done.stderr) == (0, "")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def restored(packed: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run("restore", "--var", folder, "--key", packed.with_name("key"), *options, packed)


class TestBackup:
    def test_comes_back_byte_for_byte_with_its_empty_folders(self, packed: Path, folder: Path, tmp_path: Path) -> None:
        again = tmp_path / "again"

        assert restored(packed, again).returncode == 0

        assert contents(again) == contents(folder)
        assert (again / "database" / "empty").is_dir()
        assert (again / "state.json").stat().st_mode & 0o777 == 0o600

    def test_holds_nothing_in_the_clear(self, packed: Path) -> None:
        assert CANARY.encode() not in packed.read_bytes()
        assert packed.stat().st_mode & 0o777 == 0o600

    def test_is_refused_while_a_demo_runs_and_leaves_no_file(self, folder: Path, tmp_path: Path) -> None:
        with held(folder):
            done = run("backup", "--var", folder, "--key", tmp_path / "key", "--new-key", tmp_path / "demo.age")

        assert done.returncode == 2
        assert done.stderr == f"backup: a demo runs in {folder}: stop it first\n"
        assert {path.name for path in tmp_path.iterdir()} == {"var", "key"}

    def test_never_writes_over_a_file(self, packed: Path, folder: Path) -> None:
        before = packed.read_bytes()

        done = run("backup", "--var", folder, "--key", packed.with_name("key"), packed)

        assert done.returncode == 2
        assert packed.read_bytes() == before

    def test_of_a_folder_without_a_demo_is_refused(self, tmp_path: Path) -> None:
        done = run("backup", "--var", tmp_path, "--key", tmp_path / "key", "--new-key", tmp_path / "demo.age")

        assert (done.returncode, done.stderr) == (2, f"backup: {tmp_path} is no demo's folder\n")


class TestRestore:
    def test_never_writes_over_a_folder_unless_it_is_told_to(self, packed: Path, folder: Path) -> None:
        (folder / "state.json").write_text("newer")

        refused = restored(packed, folder)
        newer = (folder / "state.json").read_text()
        done = restored(packed, folder, "--replace")

        assert (refused.returncode, newer) == (2, "newer")
        assert done.returncode == 0
        assert CANARY in (folder / "state.json").read_text()

    def test_replaces_no_folder_that_a_demo_runs_in(self, packed: Path, folder: Path) -> None:
        with held(folder):
            done = restored(packed, folder, "--replace")

        assert done.returncode == 2
        assert "stop it first" in done.stderr

    def test_says_that_the_key_is_another_one(self, packed: Path, tmp_path: Path) -> None:
        other = run("backup", "--var", tmp_path / "var", "--key", tmp_path / "other", "--new-key", tmp_path / "o.age")
        assert other.returncode == 0

        done = run("restore", "--var", tmp_path / "again", "--key", tmp_path / "other", packed)

        assert done.stderr == "restore: the key is not the one that the file was encrypted by\n"
        assert not (tmp_path / "again").exists()

    @pytest.mark.parametrize("harm", ["shorter", "changed"])
    def test_changes_nothing_where_the_file_is_damaged(self, packed: Path, folder: Path, harm: str) -> None:
        data = bytearray(packed.read_bytes())
        data[len(data) // 2] ^= 1
        packed.write_bytes(data if harm == "changed" else data[: len(data) // 2])
        before = contents(folder)

        done = restored(packed, folder, "--replace")

        assert done.returncode == 2
        assert done.stderr.startswith("restore: the file ends early or was changed")
        assert contents(folder) == before
        assert {path.name for path in folder.parent.iterdir()} == {"var", "key", "demo.age"}
