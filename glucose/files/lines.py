"""The lines of a file, one at a time, each of bounded length. Pure."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from glucose.files.port import FileNotRead

MAX_LINE: Final = 65_536
# What is passed over to find the end of a line that is too long; beyond it the file is none of lines.
MAX_PASSED_OVER: Final = 16 * 2**20
TOO_LONG: Final = None
Line = tuple[int, bytes | None]


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Each line with its number from 1; TOO_LONG in place of one that is longer than MAX_LINE bytes."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) <= MAX_LINE:
            yield number, line
        else:
            _pass_over(stream, line, number)
            yield number, TOO_LONG


def _pass_over(stream: BinaryIO, line: bytes, number: int) -> None:
    passed = len(line)
    while line and not line.endswith(b"\n"):
        if passed > MAX_PASSED_OVER:
            raise FileNotRead("line_too_long", f"Line {number} is too long; this is no file of lines.")
        line = stream.readline(MAX_LINE)
        passed += len(line)
