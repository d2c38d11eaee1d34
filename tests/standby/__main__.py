"""``python -m tests.standby [replica] [pgbouncer] [sentinel]``: the last line is ``standby: N checked, F failed``."""

import re
import subprocess
import sys
from typing import Final

NAMES: Final = ("replica", "pgbouncer", "sentinel")
LAST: Final = re.compile(r"^(\w+): (\d+) checked, (\d+) failed$")


def main(arguments: list[str]) -> int:
    """Each in a process of its own; 1 where something failed, 2 where one cannot run."""
    checked = failed = 0
    for name in arguments or NAMES:
        if name not in NAMES:
            print(f"standby: there is no {name}; there are {', '.join(NAMES)}", file=sys.stderr)
            return 2
        with subprocess.Popen(
            [sys.executable, "-m", f"tests.standby.{name}"], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            last = None
            for line in process.stdout:
                print(line, end="", flush=True)
                last = LAST.match(line) or last
        if last is None or process.returncode == 2:
            return 2
        checked, failed = checked + int(last[2]), failed + int(last[3])
    print(f"standby: {checked} checked, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
