"""``python -m tests.faults.clocked MODULE_OR_FILE ...``: run a program whose clock is off by what a file says.

The file of FAULTS_CLOCK holds the seconds as a double, and is looked at each time that the program asks for
the time. The product's code is not touched: what it asks is replaced before it is imported.
"""

import datetime as module
import mmap
import os
import runpy
import struct
import sys
import time
from pathlib import Path
from typing import Any

FORMAT = "d"


def main() -> None:
    """Replace the clock, then become the program."""
    _, program, *arguments = sys.argv
    _replace(Path(os.environ["FAULTS_CLOCK"]))
    sys.argv = [program, *arguments]
    if program.endswith(".py"):
        sys.path.insert(0, str(Path(program).parent))
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _replace(path: Path) -> None:
    with path.open("rb") as file:
        shared = mmap.mmap(file.fileno(), struct.calcsize(FORMAT), access=mmap.ACCESS_READ)
    seconds, nanoseconds, plain = time.time, time.time_ns, module.datetime

    def off() -> float:
        return float(struct.unpack(FORMAT, shared[:])[0])

    class OfAll(type):
        """Every instant is one of the class below, which has none of its own: C code looks at the exact type."""

        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, plain)

        def __subclasscheck__(cls, one: type) -> bool:
            return issubclass(one, plain)

    class Datetime(plain, metaclass=OfAll):  # type: ignore[valid-type, misc]
        __slots__ = ()

        def __new__(cls, *given: Any, **named: Any) -> Any:
            return plain(*given, **named)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return plain.now(tz) + module.timedelta(seconds=off())

    Datetime.__name__ = Datetime.__qualname__ = "datetime"
    Datetime.__module__ = "datetime"
    time.time = lambda: seconds() + off()
    time.time_ns = lambda: nanoseconds() + int(off() * 1e9)
    module.datetime = Datetime  # type: ignore[misc]


def set_clock(path: Path, seconds: float) -> None:
    """From now on, every program that looks there is that many seconds ahead."""
    content = struct.pack(FORMAT, seconds)
    if not path.exists():
        path.write_bytes(content)
    with path.open("r+b", buffering=0) as file:
        file.write(content)


if __name__ == "__main__":
    main()
