"""The entries of a JSON file, one at a time, each of bounded size and depth. Pure.

Neither ijson nor json read a list of a million entries as needed here: the first builds an entry of any size and does
not see a field that occurs twice, the second wants the whole file.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

from glucose.files.lines import lines
from glucose.files.port import FileNotRead, RefusedLine
from glucose.files.refusals import Unreadable, refused

MAX_ENTRY: Final = 2**20
MAX_DEPTH: Final = 32
_MOST_OPEN: Final = 10_000
_CHUNK: Final = 65_536
# A whole string, or a sign that opens or closes; a quotation mark alone opens a string that goes on.
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
# An answer of Nightscout's API, and what some programs make of its two lists.
_WRAPPED: Final = re.compile(rb'\s*\{\s*(?:"status"\s*:\s*\d{3}\s*,\s*)?"(?:result|entries|treatments)"\s*:\s*\[')
_BETWEEN: Final = b" \t\r\n,"
Entry = tuple[int, dict[str, Any]]


def entries(stream: BinaryIO, *, by_line: bool) -> Iterator[Entry | RefusedLine]:
    """Each entry with its number from 1, or refused; the stream is UTF-8.

    ``by_line`` where each line is an entry, as ``is_by_line`` tells.
    """
    for number, found in _lines(stream) if by_line else enumerate(_elements(stream), 1):
        try:
            if isinstance(found, str):
                raise Unreadable(found)
            yield number, _entry(found)
        except Unreadable as error:
            yield refused(number, error.code)


def is_by_line(start: bytes) -> bool:
    """Whether the first line of a file is an entry of its own."""
    if _WRAPPED.match(start):
        return False
    first, _, rest = start.lstrip().partition(b"\n")
    try:
        _entry(first)
    except Unreadable:
        return False
    return b"{" in rest[:_CHUNK] or not rest.strip()


def inner(value: Any) -> Any:
    """A value that some exports write as a text of JSON; None where it is none."""
    if not isinstance(value, str):
        return value
    try:
        return _DECODER.decode(value)
    except (ValueError, RecursionError):
        return None


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | str]]:
    for number, line in lines(stream):
        if line is None:
            yield number, "line_too_long"
        elif line.strip():
            yield number, line


def _entry(text: bytes) -> dict[str, Any]:
    try:
        found = _DECODER.decode(text.decode())
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    except RecursionError:
        raise Unreadable("nesting") from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("json") from None
    if not isinstance(found, dict):
        raise Unreadable("not_an_entry")
    return found


def _elements(stream: BinaryIO) -> Iterator[bytes | str]:
    """The text of each element of the list, or of each object where there is no list; or why there is none."""
    scan = _Scan()
    while chunk := stream.read(_CHUNK):
        yield from scan.more(chunk)
        if scan.ended:
            break
    yield from scan.end()


class _Scan:
    """Where the elements of a list begin and end, in data that comes in parts."""

    def __init__(self) -> None:
        self.ended = False
        self._data = b""
        self._at = 0
        self._opened: list[bytes] = []
        self._level = -1
        self._start: int | None = None
        self._too_deep = False
        self._number = 0

    def more(self, chunk: bytes) -> Iterator[bytes | str]:
        """The elements that end in this part."""
        self._data += chunk
        if self._level < 0:
            self._level = _level(self._data)
        position = self._at
        for token in _TOKEN.finditer(self._data, self._at):
            if token[0] == b'"':
                break
            if self._start is not None and token[0][:1] == b'"':
                position = token.end()
                continue
            if self._start is None and self._in_list() and self._data[position : token.start()].strip(_BETWEEN):
                yield "not_an_entry"
            yield from self._token(token)
            position = token.end()
            if self.ended:
                break
        self._keep(position)

    def end(self) -> Iterator[str]:
        """What is wrong with the end of the file: it was cut, or something is behind the list."""
        rest = self._data[self._at :].strip(_BETWEEN)
        if self._start is not None or self._opened:
            yield "cut"
        elif rest:
            yield "json"

    def _in_list(self) -> bool:
        return len(self._opened) == self._level and (not self._opened or self._opened[-1] == b"[")

    def _token(self, token: re.Match[bytes]) -> Iterator[bytes | str]:
        sign = token[0][:1]
        if sign == b'"':
            if self._start is None and self._in_list():
                yield "not_an_entry"
        elif sign in b"{[":
            if self._start is None and self._in_list():
                self._start = token.start()
            self._opened.append(sign)
            self._too_deep |= len(self._opened) > self._level + MAX_DEPTH
            if len(self._opened) > _MOST_OPEN:
                raise FileNotRead("nesting", f"Entry {self._number + 1} is nested without end; this is no such export.")
        else:
            yield from self._closed(token.end())

    def _closed(self, end: int) -> Iterator[bytes | str]:
        if self._opened:
            self._opened.pop()
        if self._start is not None and len(self._opened) == self._level:
            self._number += 1
            yield "nesting" if self._too_deep else self._data[self._start : end]
            self._start, self._too_deep = None, False
        elif not self._opened:
            self.ended = self._level > 0

    def _keep(self, position: int) -> None:
        """Forget what was read, up to the element that is not complete."""
        first = position if self._start is None else self._start
        self._data = self._data[first:]
        self._at = position - first
        if self._start is not None:
            self._start = 0
        if len(self._data) > MAX_ENTRY + _CHUNK:
            raise FileNotRead("entry_too_long", f"Entry {self._number + 1} is too long; this is no such export.")


def _level(start: bytes) -> int:
    """How many brackets are open around the entries: 1 in a list, 2 in a list in an answer, 0 without a list."""
    if start.lstrip()[:1] == b"[":
        return 1
    return 2 if _WRAPPED.match(start) else 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("duplicate_key")
    return found


def _not_finite(name: str) -> NoReturn:
    raise Unreadable("number")


def _whole_number(text: str) -> int:
    if len(text) > 20:
        raise Unreadable("number")
    return int(text)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_not_finite, parse_int=_whole_number)
