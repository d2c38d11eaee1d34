"""Run the benchmarks, all of them or those that are named: ``python -m bench [ingest] [columns] …``."""

import argparse
import importlib
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

from bench.report import Ratio, print_benchmark, print_machine, print_ratio
from bench.server import CannotRunError, measured_server

NAMES = (
    "ingest",
    "columns",
    "statistics",
    "metrics",
    "overview",
    "everybody",
    "isolation",
    "storage",
    "sync",
    "live",
    "files",
    "imports",
    "alerts",
    "counted",
    "told",
    "pages",
)


def main(arguments: Sequence[str]) -> int:
    """0 where the benchmarks ran, whatever they found; 1 where they could not; 2 for a bad argument."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(NAMES)}; all where none is said")
    asked = parser.parse_args(arguments).names
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        print(
            f"bench: there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run([name for name in NAMES if name in asked or not asked])
    except CannotRunError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130


def _run(names: list[str]) -> int:
    found: list[Ratio] = []
    with measured_server() as server:
        print_machine(server)
        for name in names:
            # Imported now: its product modules need settings that name the server.
            benchmark = importlib.import_module(f"bench.{name}")
            print_benchmark(name, benchmark.__doc__ or "")
            measured: Iterator[Ratio] = benchmark.measure()
            for ratio in measured:
                print_ratio(ratio)
                found.append(ratio)
    behind = sum(not ratio.met for ratio in found)
    print(f"\nbench: {len(found)} ratios, {behind} behind their goal")
    return 0


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM cleans up as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
