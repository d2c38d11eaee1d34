"""Command line: ``python -m simulator --port 8101``."""

import argparse
import sys
from pathlib import Path

from simulator.clock import Clock
from simulator.command_line import clock_parser, serve
from simulator.journal import Journal, JournalDamagedError
from simulator.server import Server
from simulator.world import World

SLOWEST_MS = 60_000


def main() -> int:
    """Serve until SIGTERM or SIGINT; the process's exit status."""
    options = _parser().parse_args()
    try:
        world = _world(options)
        latency_seconds = options.latency_ms / 1000
        server = Server(host=options.host, port=options.port, world=world, latency_seconds=latency_seconds)
    except (OSError, JournalDamagedError, KeyError, TypeError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    serve(server, options.host)
    world.close()
    return 0


def _world(options: argparse.Namespace) -> World:
    clock = Clock()
    world = World(clock=clock, journal=Journal(options.state))
    if options.now is not None or options.speed is not None:
        now_ms = clock.now_ms() if options.now is None else options.now
        world.set_clock(now_ms=now_ms, speed=clock.speed if options.speed is None else options.speed)
    return world


def _parser() -> argparse.ArgumentParser:
    parser = clock_parser("python -m simulator", "A LibreLinkUp server for tests.")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keeps what is created across restarts")
    parser.add_argument("--latency-ms", type=_latency, default=0.0, metavar="MS", help="before each vendor answer")
    return parser


def _latency(text: str) -> float:
    try:
        latency_ms = float(text)
    except ValueError:
        latency_ms = -1.0
    if not 0 <= latency_ms <= SLOWEST_MS:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {SLOWEST_MS}, not {text!r}")
    return latency_ms


if __name__ == "__main__":
    sys.exit(main())
