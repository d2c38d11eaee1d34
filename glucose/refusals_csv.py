"""Refused lines as CSV. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

# What a spreadsheet takes for the beginning of a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(batches: Iterable[Iterable[tuple[int, str, str]]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a header: line, code, words."""
    head: list[tuple[str, ...]] = [("line", "code", "words")]
    for batch in batches:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows(head)
        writer.writerows((line, safe(code), safe(words)) for line, code, words in batch)
        head = []
        yield text.getvalue().encode()


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA) else text
