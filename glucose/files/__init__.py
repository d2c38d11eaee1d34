"""Files that other programs export: what they are, and what is in them. Pure."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final, Self

from glucose.files import nightscout, tidepool
from glucose.files.dates import is_ahead
from glucose.files.encoding import as_utf_8
from glucose.files.entries import entries
from glucose.files.port import DateOrder, FileFormat, FileNotRead, FileRecord, RefusedLine, Survey
from glucose.files.refusals import refused
from glucose.files.rows import rows
from glucose.files.surveying import Found, surveyed

__all__ = ["FileRecords", "read_file", "survey"]

NAMES: Final = {
    FileFormat.LIBREVIEW: "LibreView",
    FileFormat.CLARITY: "Dexcom Clarity",
    FileFormat.NIGHTSCOUT: "Nightscout",
    FileFormat.TIDEPOOL: "Tidepool",
}


class FileRecords(Iterator[FileRecord]):
    """The records of a file, one at a time; ``passed_over`` counts by kind what was nothing of ours so far."""

    def __init__(self, records: Iterator[FileRecord], passed_over: Counter[str]) -> None:
        self._records = records
        self.passed_over = passed_over

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> FileRecord:
        return next(self._records)


def survey(stream: BinaryIO, *, date_order: str | None = None) -> Survey:
    """What a file is; the stream can be rewound, and is read as far as that takes.

    Errors: FileNotRead, and DateOrderNeeded where its dates do not tell and ``date_order`` is not said.
    """
    return surveyed(stream, _said(date_order)).survey


def read_file(
    stream: BinaryIO, *, format: str | None, date_order: str | None, now: datetime | None = None
) -> FileRecords:
    """Everything in the file, in its order and in bounded memory; refused lines are among it.

    ``format`` is one of FORMATS and ``date_order`` one of DATE_ORDERS, None for what the file tells; with ``now`` a
    time that is still to come anywhere on earth is refused. Errors: as ``survey``; FileNotRead later too, at a line
    that has no end.
    """
    found = surveyed(stream, _said(date_order))
    if format is not None and found.survey.format != format:
        told = found.survey.format
        words = f"This is an export of {NAMES[told]}: send it again with format {told.value}, or without format."
        raise FileNotRead("other_format", words)
    passed_over: Counter[str] = Counter()
    records = _records(as_utf_8(stream, found.survey.encoding), found, passed_over)
    return FileRecords(records if now is None else _none_ahead(records, now), passed_over)


def _said(date_order: str | None) -> DateOrder | None:
    return DateOrder(date_order) if date_order else None


def _records(stream: BinaryIO, found: Found, passed_over: Counter[str]) -> Iterator[FileRecord]:
    if found.table is None:
        told = entries(stream, by_line=found.by_line)
        of_tidepool = found.survey.format is FileFormat.TIDEPOOL
        return tidepool.records(told, passed_over) if of_tidepool else nightscout.records(told, passed_over)
    below = islice(rows(stream, found.survey.delimiter), found.first_row, None)
    return found.table.records(below, DateOrder(found.survey.date_order), passed_over)


def _none_ahead(records: Iterator[FileRecord], now: datetime) -> Iterator[FileRecord]:
    for record in records:
        ahead = not isinstance(record, RefusedLine) and is_ahead(record.at, now)
        yield refused(record.line, "date_range") if ahead else record
