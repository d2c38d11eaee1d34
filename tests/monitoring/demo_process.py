"""``python -m tests.monitoring.demo_process PORT FOLDER FIRST``: the demo with --metrics, and patience.

Beside other work of the machine a start may take longer than somebody who watches it would wait.
"""

import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

from embedded import supervisor
from embedded.demo.__main__ import _fill
from embedded.demo.services import ROOT, services
from embedded.demo.state import load
from embedded.demo.told import telling

PATIENCE_SECONDS = 400.0


def main(port: int, folder: Path, first: int) -> int:
    """Run until it is told to stop."""
    folder.mkdir()
    parts = [replace(part, start_timeout=PATIENCE_SECONDS) for part in services(load(folder), folder, port)]
    filling = _fill(folder, port, False, time.monotonic())
    return asyncio.run(supervisor.run([*telling(parts, first, ROOT), filling]))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
