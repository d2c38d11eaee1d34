"""Each hot endpoint against SELECT 1 with the same authentication, asked in turns: ``python -m bench.hot``."""

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from types import FrameType
from typing import Final

from bench.dataset import NOW
from bench.report import print_benchmark, print_dataset, print_machine
from bench.server import CannotRunError, measured_server
from bench.timing import Spread, interleaved, spread

ROUNDS: Final = 60
WARM_UP: Final = 15


def main(arguments: Sequence[str]) -> int:
    """0 where it ran, whatever it found; 1 where it could not."""
    parser = argparse.ArgumentParser(prog="python -m bench.hot", description=__doc__)
    parser.add_argument("--explain", action="store_true", help="print the plan of each statement instead")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with measured_server() as server:
            print_machine(server)
            print_benchmark("hot", __doc__ or "")
            _explain() if asked.explain else _measure()
    except CannotRunError as error:
        print(f"hot: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hot: interrupted", file=sys.stderr)
        return 130
    return 0


def _measure() -> None:
    """A line for each endpoint: the ratio of the medians, and both sides."""
    # Imported now, here and below: the product's modules need settings that name the server.
    from bench.endpoints import endpoints, reference
    from bench.history import history, store_newest
    from bench.web import asking, running_web

    data = history()
    store_newest(data.clinic, NOW + timedelta(minutes=5))
    print_dataset(data.about)
    asked = [reference(data), *endpoints(data, WARM_UP + ROUNDS)]
    with running_web() as client:
        runs = [asking(client, endpoint) for endpoint in asked]
        found = interleaved(*runs, rounds=ROUNDS, warm_up=WARM_UP)
    sides = [spread(endpoint.name, "ms", values) for endpoint, values in zip(asked, found, strict=True)]
    print(f"\n{'':<30}{'ratio':>7}{'min':>9}{'median':>9}{'max':>9}  ms")
    for side in sides:
        print(_line(side, sides[0]))
    disturbed = sum(side.disturbed for side in sides)
    slowest = max(sides, key=lambda side: side.median)
    print(
        f"\nhot: {len(asked) - 1} endpoints, the slowest is {slowest.name}"
        f" with {slowest.median / sides[0].median:.2f} times {sides[0].name}; {disturbed} disturbed"
    )


def _line(side: Spread, least: Spread) -> str:
    numbers = "".join(f"{value:>9.2f}" for value in (side.minimum, side.median, side.maximum))
    noise = "  (disturbed)" if side.disturbed else ""
    return f"{side.name:<30}{side.median / least.median:>7.2f}{numbers}{noise}"


def _explain() -> None:
    """The plans of each endpoint's statements; where one goes the same way as above, only how it begins."""
    from bench.endpoints import endpoints
    from bench.history import history, store_newest
    from bench.plans import plans

    data = history()
    store_newest(data.clinic, NOW + timedelta(minutes=5))
    print_dataset(data.about)
    shown: set[tuple[str, ...]] = set()
    for endpoint in endpoints(data, turns=2):
        print(f"\n== {endpoint.name}")
        for plan in plans(endpoint):
            if plan.shape in shown:
                print(f"\n-- as above: {plan.statement[:80]}")
                continue
            print("\n".join([f"\n-- {plan.statement}", *(f"   {line}" for line in plan.lines)]))
            shown.add(plan.shape)


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM cleans up as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
