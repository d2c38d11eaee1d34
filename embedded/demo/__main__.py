"""`python -m embedded.demo --port 8000 --var var [--check]`: the whole product, until Ctrl-C."""

import argparse
import asyncio
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

from embedded import supervisor
from embedded.demo.services import ROOT, services
from embedded.demo.state import load
from embedded.demo.told import telling
from embedded.ports import PortTakenError, require_free
from embedded.service import Service

FILL_SECONDS = 900.0


def main() -> int:
    """Run until Ctrl-C, or with --check until it is known whether all is well; 2 for a wrong call."""
    since = time.monotonic()
    options = _options()
    folder: Path = options.var.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        require_free(options.port, "the demo")
    except BlockingIOError:
        return _refuse(f"another demo uses {folder}; give this one another folder: make demo VAR=var2 PORT=8002")
    except PortTakenError as taken:
        return _refuse(f"{taken}; choose another: make demo PORT=8002")
    (folder / "demo.json").unlink(missing_ok=True)
    product = services(load(folder), folder, options.port)
    if options.metrics:
        product = telling(product, options.metrics, ROOT)
    parts = [*product, _fill(folder, options.port, options.check, since)]
    try:
        return asyncio.run(supervisor.run(parts, _stop if options.check else None))
    finally:
        # It says that all of this is there.
        (folder / "demo.json").unlink(missing_ok=True)


def _fill(folder: Path, port: int, checking: bool, since: float) -> Service:
    command = [sys.executable, "-m", "embedded.demo.fill", "--port", str(port), "--var", str(folder)]
    command += ["--since", str(since), *(["--check"] if checking else [])]
    return Service(name="demo", command=command, folder=ROOT, one_shot=True, start_timeout=FILL_SECONDS)


async def _stop() -> None:
    """All is well: what a Ctrl-C would do."""
    os.kill(os.getpid(), signal.SIGTERM)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="The whole product with a simulated vendor.")
    parser.add_argument("--port", type=_port, default=8000, help="where the API listens")
    parser.add_argument("--var", type=Path, default=Path("var"), help="the folder that keeps the data")
    parser.add_argument("--metrics", type=_port, help="the first of seven ports where the processes tell Prometheus")
    parser.add_argument("--check", action="store_true", help="start, check, stop; exit 0 if all is well")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _refuse(reason: str) -> int:
    print(f"demo: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
