"""What a file is, from as much of it as that takes: format, encoding, delimiter, unit and order of dates. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final

from glucose.files import clarity, libreview_headers, nightscout, tidepool
from glucose.files.clarity import ClarityTable
from glucose.files.dates import DateEvidence
from glucose.files.encoding import TELLING, UTF_8, WINDOWS_1252, as_utf_8, encoding_of
from glucose.files.entries import entries, is_by_line
from glucose.files.foreign import refuse_foreign
from glucose.files.libreview import LibreViewTable
from glucose.files.port import DateOrder, DateOrderNeeded, FileFormat, FileNotRead, RefusedLine, Survey
from glucose.files.refusals import Unreadable
from glucose.files.rows import Row, rows
from glucose.files.values import unit_of

DELIMITERS: Final = (",", ";", "\t")
# Titles stand above the headers; names and settings of devices stand between them and the readings.
MOST_ABOVE_HEADERS: Final = 20
# As many rows as a year of readings has: nobody's dates are undecided, or decided in two ways, for longer.
MOST_ROWS: Final = 120_000
_ENTRIES: Final = 200
Table = LibreViewTable | ClarityTable


@dataclass(frozen=True, slots=True)
class Found:
    """The survey, and what else it takes to read the file.

    Of CSV the table and at which row it begins, of JSON whether each line is an entry.
    """

    survey: Survey
    table: Table | None = None
    first_row: int = 0
    by_line: bool = False


def surveyed(stream: BinaryIO, date_order: DateOrder | None = None) -> Found:
    """What the file is; ``date_order`` is what a person said of it.

    Errors: FileNotRead, and DateOrderNeeded where its dates do not tell and nobody did.
    """
    stream.seek(0)
    start = stream.read(TELLING)
    refuse_foreign(start)
    encoding = encoding_of(start)
    beginning = as_utf_8(stream, encoding).read(TELLING)
    if beginning.lstrip()[:1] in (b"[", b"{"):
        # JSON is never in Windows-1252: what is not UTF-8 in it is wrong.
        return _json(stream, UTF_8 if encoding == WINDOWS_1252 else encoding, is_by_line(beginning))
    return _table(stream, encoding, date_order)


def _json(stream: BinaryIO, encoding: str, by_line: bool) -> Found:
    found = list(islice(entries(as_utf_8(stream, encoding), by_line=by_line), _ENTRIES))
    if not found:
        raise FileNotRead("no_rows", "The file has no entries.")
    whole = [entry for _, entry in (item for item in found if not isinstance(item, RefusedLine))]
    for file_format, is_entry in (
        (FileFormat.TIDEPOOL, tidepool.is_entry),
        (FileFormat.NIGHTSCOUT, nightscout.is_entry),
    ):
        if any(is_entry(entry) for entry in whole):
            return Found(Survey(file_format, "", "", encoding, ""), by_line=by_line)
    raise unknown_format()


def _table(stream: BinaryIO, encoding: str, date_order: DateOrder | None) -> Found:
    for delimiter in DELIMITERS:
        above = rows(as_utf_8(stream, encoding), delimiter)
        for count, row in enumerate(islice(above, MOST_ABOVE_HEADERS), 1):
            if not isinstance(row, RefusedLine) and (headed := _headed(row[1])):
                file_format, table, unit, time_at = headed
                order = _order(above, time_at, date_order)
                return Found(Survey(file_format, order, unit, encoding, delimiter), table, count)
    raise unknown_format()


def _headed(cells: Sequence[str]) -> tuple[FileFormat, Table, str, int] | None:
    """What a row is the headers of, None where it is none."""
    headers = list(cells)
    while headers and not headers[-1].strip():
        headers.pop()
    if columns := libreview_headers.columns_of(headers):
        units = {column: unit_of(headers[place]) for column, place in columns.items()}
        unit = units[libreview_headers.HISTORIC]
        if unit:
            return FileFormat.LIBREVIEW, LibreViewTable(columns, len(cells), units), unit, columns["time"]
    if table := clarity.table_of(headers):
        return FileFormat.CLARITY, table, table.unit, clarity.TIME
    return None


def _order(following: Iterator[Row | RefusedLine], time_at: int, said: DateOrder | None) -> DateOrder:
    evidence, seen = _evidence(following, time_at)
    if not seen:
        raise FileNotRead("no_rows", "The file has headers and no rows.")
    try:
        order = evidence.order()
    except Unreadable:
        raise FileNotRead(
            "date_order_mixed", "Some dates of the file begin with the day and others with the month; export it anew."
        ) from None
    if said and order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST) and evidence.example and order is not said:
        words = f"The dates of the file are not in the order that you said: say date_order {order.value}."
        raise FileNotRead("date_order_wrong", words)
    if order or said:
        return order or said or DateOrder.DAY_FIRST
    if evidence.example:
        raise DateOrderNeeded(evidence.example)
    raise FileNotRead("no_dates", "No line of the file has a date that can be read.")


def _evidence(following: Iterator[Row | RefusedLine], time_at: int) -> tuple[DateEvidence, int]:
    """What the dates of the rows tell, and how many rows were looked at."""
    evidence, seen = DateEvidence(), 0
    for row in islice(following, MOST_ROWS):
        seen += 1
        if not isinstance(row, RefusedLine) and len(row[1]) > time_at:
            evidence.add(row[1][time_at].strip())
    return evidence, seen


def unknown_format() -> FileNotRead:
    """What is said of a file that no format knows."""
    return FileNotRead(
        "unknown_format",
        "This is no export of LibreView, Dexcom Clarity, Nightscout or Tidepool that is known here."
        " Send the file as it was exported, not as another program saved it.",
    )
