"""`python -m embedded.restore --var var --key KEY FILE`: a demo's folder from what `embedded.backup` wrote.

A folder that is there is only replaced with ``--replace``, when the new one is whole.
"""

import argparse
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from embedded import sealed_folder
from embedded.folder_lock import FolderInUseError, held


def main() -> int:
    """0 with the folder as it was; else 2, one line, and nothing changed."""
    parser = argparse.ArgumentParser(prog="embedded.restore", description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var"), help="the demo's folder")
    parser.add_argument("--key", type=Path, required=True, help="the file of the key")
    parser.add_argument("--replace", action="store_true", help="instead of the folder that is there")
    parser.add_argument("file", type=Path, metavar="FILE")
    asked = parser.parse_args()
    try:
        count = restore(asked.file, asked.var, asked.key, replace=asked.replace)
    except (sealed_folder.Unusable, FolderInUseError, OSError) as error:
        print(f"restore: {error}", file=sys.stderr)
        return 2
    print(f"restore: {count} files in {asked.var}")
    return 0


def restore(file: Path, folder: Path, key: Path, *, replace: bool) -> int:
    """How many files; Unusable, FolderInUseError."""
    there = folder.exists() and any(folder.iterdir())
    if there and not replace:
        raise sealed_folder.Unusable(f"{folder} is there already: --replace writes over it")
    draft, old = folder.with_name(f"{folder.name}.restoring"), folder.with_name(f"{folder.name}.replaced")
    for left in (draft, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        with ExitStack() as locks:
            if there:
                locks.enter_context(held(folder))
            count = sealed_folder.unpack(file, draft, key)
            if folder.exists():
                folder.rename(old)
            draft.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        return count
    finally:
        shutil.rmtree(draft, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
