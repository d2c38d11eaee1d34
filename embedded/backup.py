"""`python -m embedded.backup --var var --key KEY FILE`: the folder of a demo that is stopped, as one encrypted file.

``--new-key`` makes the key first. It belongs at another place than FILE: whoever has both has everything.
"""

import argparse
import sys
from pathlib import Path

from embedded import sealed_folder
from embedded.folder_lock import FolderInUseError, held


def main() -> int:
    """0 with a whole file; else 2, one line, and no file."""
    parser = argparse.ArgumentParser(prog="embedded.backup", description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var"), help="the demo's folder")
    parser.add_argument("--key", type=Path, required=True, help="the file of the key")
    parser.add_argument("--new-key", action="store_true", help="make the key, which must not be there yet")
    parser.add_argument("file", type=Path, metavar="FILE")
    asked = parser.parse_args()
    try:
        if not (asked.var / "state.json").exists():
            raise sealed_folder.Unusable(f"{asked.var} is no demo's folder")
        if asked.file.exists():
            raise sealed_folder.Unusable(f"{asked.file} is there already")
        if asked.new_key:
            sealed_folder.new_key(asked.key)
        with held(asked.var):
            count = sealed_folder.pack(asked.var, asked.file, asked.key)
    except (sealed_folder.Unusable, FolderInUseError, OSError) as error:
        print(f"backup: {error}", file=sys.stderr)
        return 2
    print(f"backup: {count} files in {asked.file}, {asked.file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
