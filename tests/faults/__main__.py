"""`python -m tests.faults --rounds 50 --seed 1`: the last line is ``faults: N checked, F failed``.

Ends with 0, with 1 where something failed, with 2 where it could not be tried.
"""

import argparse
import logging
import signal
import sys
from pathlib import Path

from tests.faults import report
from tests.faults.native import NoServerError
from tests.faults.rounds import Run
from tests.faults.stage import stage


def main() -> int:
    """Start everything, strike, compare, tell."""
    given = _arguments()
    logging.disable(logging.WARNING)
    # Told to end, it leaves nothing behind either: no process, no disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with stage(native=given.database == "native", logs=given.logs) as running:
            result = Run(running, given.rounds, given.seed, lambda line: print(line, flush=True))()
    except NoServerError as error:
        print(f"faults: {error}", file=sys.stderr)
        return 2
    for line in [*report.table(result), *report.failures(result), report.summary(result)]:
        print(line)
    return 1 if result.failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--rounds", type=_positive, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=("embedded", "native"), default="embedded")
    parser.add_argument("--logs", type=Path, help="a folder that keeps what every process printed")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least one")
    return number


if __name__ == "__main__":
    sys.exit(main())
