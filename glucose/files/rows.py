"""The rows of a CSV file: each line as its cells, or refused, and the rest goes on. Pure."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from glucose.files.lines import MAX_LINE, Line, lines
from glucose.files.port import RefusedLine
from glucose.files.refusals import refused

# A note may have line breaks. What goes on for longer is a quotation mark that nobody closed.
MAX_LINES_OF_A_ROW: Final = 20
Row = tuple[int, list[str]]


class _Source:
    """Lines of which some can be given back, to be read again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = lines(stream)
        self._back: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._back.popleft() if self._back else next(self._lines)

    def give_back(self, taken: list[Line]) -> None:
        """These come again, in their order."""
        self._back.extendleft(reversed(taken))


def rows(stream: BinaryIO, delimiter: str) -> Iterator[Row | RefusedLine]:
    """Every row that is not empty, by the number of its first line; the stream is UTF-8."""
    source = _Source(stream)
    between = f'"{delimiter}"'
    for number, line in source:
        if line is None:
            yield refused(number, "line_too_long")
            continue
        try:
            text = line.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            yield refused(number, "encoding")
            continue
        if '"' in text:
            yield _quoted(number, line, text, source, delimiter, between)
        elif text and not text.isspace():
            yield number, text.split(delimiter)


def _quoted(number: int, line: bytes, text: str, source: _Source, delimiter: str, between: str) -> Row | RefusedLine:
    """A row with quotation marks: at once where each cell has its two, otherwise as the csv module reads it."""
    cells = text[1:-1].split(between)
    if text[0] == text[-1] == '"' and text.count('"') == 2 * len(cells):
        return number, cells
    taken: list[Line] = []
    try:
        return number, next(csv.reader(_going_on(line, source, taken), delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError):
        source.give_back(taken)
        return refused(number, "quotes")


def _going_on(line: bytes, source: _Source, taken: list[Line]) -> Iterator[str]:
    """The line and, as long as the csv module asks for more, those after it, which are added to ``taken``."""
    size = len(line)
    yield line.decode()
    for number, following in source:
        taken.append((number, following))
        size += MAX_LINE + 1 if following is None else len(following)
        if following is None or size > MAX_LINE or len(taken) == MAX_LINES_OF_A_ROW:
            return
        yield following.decode()
