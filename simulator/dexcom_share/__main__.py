"""Command line: ``python -m simulator.dexcom_share --port 8102``."""

import sys

from simulator.clock import Clock, Setting, wall_ms
from simulator.command_line import clock_parser, serve
from simulator.dexcom_share.server import Server
from simulator.dexcom_share.world import World


def main() -> int:
    """Serve until SIGTERM or SIGINT; the process's exit status."""
    options = clock_parser("python -m simulator.dexcom_share", "A Dexcom Share server for tests.").parse_args()
    clock = Clock()
    if options.now is not None or options.speed is not None:
        now_ms = clock.now_ms() if options.now is None else options.now
        clock.set(Setting(now_ms, clock.speed if options.speed is None else options.speed, wall_ms()))
    try:
        server = Server(host=options.host, port=options.port, world=World(clock=clock))
    except OSError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    serve(server, options.host)
    return 0


if __name__ == "__main__":
    sys.exit(main())
