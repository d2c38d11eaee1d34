"""Command line: ``python -m simulator --port 8101``."""

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from simulator.clock import FASTEST, Clock
from simulator.instants import NotAnInstantError, parse_ms
from simulator.journal import Journal, JournalDamagedError
from simulator.server import Server
from simulator.world import World

SLOWEST_MS = 60_000


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Stop with status 2."""
        self.exit(2, f"simulator: {message}\n")


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
    _serve(server, options.host)
    world.close()
    return 0


def _world(options: argparse.Namespace) -> World:
    clock = Clock()
    world = World(clock=clock, journal=Journal(options.state))
    if options.now is not None or options.speed is not None:
        now_ms = clock.now_ms() if options.now is None else options.now
        world.set_clock(now_ms=now_ms, speed=clock.speed if options.speed is None else options.speed)
    return world


def _serve(server: Server, host: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    print(f"simulator ready on http://{host}:{server.server_address[1]}", flush=True)
    stop.wait()
    server.shutdown()
    thread.join()
    server.server_close()


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m simulator", description="A LibreLinkUp server for tests.")
    parser.add_argument("--port", type=_port, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keeps what is created across restarts")
    parser.add_argument("--now", type=_instant, metavar="RFC3339", help="where the clock starts")
    parser.add_argument("--speed", type=_speed, help="simulated seconds per second; 0 stands still")
    parser.add_argument("--latency-ms", type=_latency, default=0.0, metavar="MS", help="before each vendor answer")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 65535, not {text!r}")
    return int(text)


def _instant(text: str) -> int:
    try:
        return parse_ms(text)
    except NotAnInstantError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {FASTEST}, not {text!r}")
    return speed


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
