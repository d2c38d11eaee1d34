"""``python -m tests.browser.demo_process PORT FOLDER``: `make demo` with the patience of a machine that is busy."""

import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from embedded import supervisor
from embedded.demo.__main__ import _fill
from embedded.demo.services import services
from embedded.demo.state import load

PATIENCE_SECONDS: Final = 400.0


def main(port: int, folder: Path) -> int:
    """Run until it is told to stop."""
    parts = [replace(part, start_timeout=PATIENCE_SECONDS) for part in services(load(folder), folder, port)]
    return asyncio.run(supervisor.run([*parts, _fill(folder, port, False, time.monotonic())]))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
