"""A small disk of the run's own, which can be filled."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

SIZE = "384m"


class Disk:
    """A folder on a file system of its own where this process may mount one."""

    def __init__(self, folder: Path, *, own: bool) -> None:
        self.folder = folder
        self.own = own
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A tmpfs for root; a plain folder, which cannot be filled, where mounting is refused."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "saude-faults", str(folder)]
    own = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield Disk(folder, own=own)
    finally:
        if own:
            subprocess.run(["umount", "-l", str(folder)], check=True)
