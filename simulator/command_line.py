"""What the command lines of the simulators have in common: options of address and clock, and serving."""

import argparse
import signal
import threading
from http.server import HTTPServer
from typing import NoReturn

from simulator.clock import FASTEST
from simulator.instants import NotAnInstantError, parse_ms


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Stop with status 2."""
        self.exit(2, f"simulator: {message}\n")


def clock_parser(prog: str, description: str) -> argparse.ArgumentParser:
    """A parser of ``--port``, ``--host``, ``--now`` and ``--speed``."""
    parser = OneLineParser(prog=prog, description=description)
    parser.add_argument("--port", type=_port, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--now", type=_instant, metavar="RFC3339", help="where the clock starts")
    parser.add_argument("--speed", type=_speed, help="simulated seconds per second; 0 stands still")
    return parser


def serve(server: HTTPServer, host: str) -> None:
    """Serve until SIGTERM or SIGINT; one line says when it is ready."""
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
