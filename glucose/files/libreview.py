"""Rows of LibreView's export as records. Pure.

Of its record types 0 is the sensor's history and 1 a scan; 4 and 5 are insulin and food. A strip (2) is a drop of
blood and no reading of a sensor, ketones (3) are no glucose, and 6 is a note or something the sensor did: they are
passed over and counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from glucose.files import libreview_headers as headers
from glucose.files.dates import local_moment
from glucose.files.port import DateOrder, FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.files.refusals import Unreadable, refused
from glucose.files.rows import Row
from glucose.files.values import amount, glucose, name
from glucose.treatments import UNITS, TreatmentKind

# What is lower or higher comes as these ends, or as a word.
SENSOR_MG_DL: Final = (40, 500)
_GLUCOSE: Final = {"0": (headers.HISTORIC, "historic"), "1": (headers.SCAN, "scan")}
_TREATMENTS: Final = ("4", "5")
_PASSED_OVER: Final = {"2": "strip", "3": "ketone", "6": "note"}
_PARTS: Final = (headers.MEAL, headers.CORRECTION, headers.CHANGE)


@dataclass(frozen=True, slots=True)
class LibreViewTable:
    """Where the columns of one file are, how many there are, and the unit of each glucose column."""

    columns: dict[str, int]
    width: int
    units: dict[str, str]

    def records(
        self, rows: Iterable[Row | RefusedLine], order: DateOrder, passed_over: Counter[str]
    ) -> Iterator[FileRecord]:
        """What the rows are; what is nothing of ours is counted in ``passed_over``."""
        return _records(rows, self, order, passed_over)


def _records(
    rows: Iterable[Row | RefusedLine], table: LibreViewTable, order: DateOrder, passed_over: Counter[str]
) -> Iterator[FileRecord]:
    time_at, type_at = table.columns[headers.TIME], table.columns[headers.RECORD_TYPE]
    reading = _reading(table)
    for row in rows:
        if isinstance(row, RefusedLine):
            yield row
            continue
        line, cells = row
        try:
            # One column more is a decimal comma between commas: the digits before it are not the value.
            if len(cells) != table.width:
                raise Unreadable("columns")
            kind = cells[type_at].strip()
            if kind in _GLUCOSE:
                yield reading(line, cells, local_moment(cells[time_at].strip(), order), kind)
            elif kind in _TREATMENTS:
                yield from _treatments(line, cells, local_moment(cells[time_at].strip(), order), table, passed_over)
            elif kind.isdecimal():
                passed_over[_PASSED_OVER.get(kind, "other")] += 1
            else:
                raise Unreadable("record_type")
        except Unreadable as error:
            yield refused(line, error.code)


def _reading(table: LibreViewTable) -> Callable[[int, list[str], Moment, str], FileGlucose]:
    device_at, serial_at = table.columns.get(headers.DEVICE), table.columns.get(headers.SERIAL)
    places = {
        kind: (table.columns.get(column), table.units.get(column, ""), word)
        for kind, (column, word) in _GLUCOSE.items()
    }

    def reading(line: int, cells: list[str], at: Moment, kind: str) -> FileGlucose:
        place, unit, word = places[kind]
        if place is None:
            raise Unreadable("columns")
        value, edge = glucose(cells[place].strip(), unit, SENSOR_MG_DL)
        device = "" if device_at is None else name(cells[device_at])
        return FileGlucose(line, at, value, word, device, "" if serial_at is None else name(cells[serial_at]), edge)

    return reading


def _treatments(
    line: int, cells: list[str], at: Moment, table: LibreViewTable, passed_over: Counter[str]
) -> Iterator[FileTreatment]:
    """Insulin and carbohydrates of a row; what was noted without an amount, or in servings, is counted."""
    told = {column: cells[place].strip() for column, place in table.columns.items()}
    amounts = {
        TreatmentKind.RAPID_INSULIN: _rapid(told),
        TreatmentKind.LONG_INSULIN: _amount(told, headers.LONG, TreatmentKind.LONG_INSULIN),
        TreatmentKind.CARBOHYDRATES: _amount(told, headers.GRAMS, TreatmentKind.CARBOHYDRATES),
    }
    for kind, much in amounts.items():
        if much is not None:
            yield FileTreatment(line, at, kind, much, UNITS[kind], None)
    if told.get(headers.SERVINGS) and amounts[TreatmentKind.CARBOHYDRATES] is None:
        passed_over["servings"] += 1
    elif not any(amounts.values()):
        passed_over["without_amount"] += 1


def _rapid(told: dict[str, str]) -> Decimal | None:
    """The rapid insulin, or the sum of its parts where only the parts are there."""
    whole = _amount(told, headers.RAPID, TreatmentKind.RAPID_INSULIN)
    if whole is not None:
        return whole
    parts = [_amount(told, part, TreatmentKind.RAPID_INSULIN) for part in _PARTS]
    return sum((part for part in parts if part), Decimal()) or None


def _amount(told: dict[str, str], column: str, kind: TreatmentKind) -> Decimal | None:
    text = told.get(column, "")
    return amount(text, kind) if text else None
