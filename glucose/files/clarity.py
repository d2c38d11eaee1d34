"""Rows of Dexcom Clarity's export as records. Pure.

Its columns have the same places in every language. Rows without a time say who and which device; an alert, a
calibration or another event is passed over and counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from glucose.files.dates import local_moment
from glucose.files.port import DateOrder, FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.files.refusals import Unreadable, refused
from glucose.files.rows import Row
from glucose.files.values import amount, glucose, name, plain, unit_of
from glucose.treatments import UNITS, TreatmentKind

SENSOR_MG_DL: Final = (40, 400)
TIME, EVENT, SUBTYPE, DEVICE_INFO, SOURCE_DEVICE, GLUCOSE, INSULIN, CARBOHYDRATES = 1, 2, 3, 5, 6, 7, 8, 9
TRANSMITTER: Final = 13
# A row ends with its duration at the earliest: the transmitter is left out of rows that have none.
_LEAST_COLUMNS: Final = 11
_ESTIMATED: Final = frozenset(
    {"egv", "egw", "estimated glucose value", "geschatzter glukosewert", "niveles estimados de glucosa"}
    | {"nivel estimado de glucosa", "valeur estimee du glucose", "valeur de glucose estimee", "vge", "veg"}
    | {"valor estimado de glicose", "valor de glicose estimado", "valore stimato del glucosio"}
    | {"valore del glucosio stimato", "glucosio stimato"}
)
_CALIBRATIONS: Final = ("calibra", "kalibrier", "etalonnage", "taratura")
_RAPID: Final = ("fast", "rapid", "schnell", "veloc")
_LONG: Final = ("long", "lang", "lent", "prolong", "larga")


@dataclass(frozen=True, slots=True)
class ClarityTable:
    """How many columns a file has, and the unit of its glucose."""

    width: int
    unit: str

    def records(
        self, rows: Iterable[Row | RefusedLine], order: DateOrder, passed_over: Counter[str]
    ) -> Iterator[FileRecord]:
        """What the rows are; what is nothing of ours is counted in ``passed_over``."""
        return _records(rows, self, order, passed_over)


def table_of(headers: Sequence[str]) -> ClarityTable | None:
    """The table under these headers, None where they are not Clarity's."""
    # Whatever the language, the header of the time shows how it is written: (YYYY-MM-DDThh:mm:ss).
    if len(headers) <= GLUCOSE or not plain(headers[TIME]).endswith("hh mm ss"):
        return None
    unit = unit_of(headers[GLUCOSE])
    return ClarityTable(len(headers), unit) if unit else None


def _records(
    rows: Iterable[Row | RefusedLine], table: ClarityTable, order: DateOrder, passed_over: Counter[str]
) -> Iterator[FileRecord]:
    for row in rows:
        if isinstance(row, RefusedLine):
            yield row
            continue
        line, cells = row
        try:
            found = _record(line, cells, table, order)
        except Unreadable as error:
            yield refused(line, error.code)
        else:
            if isinstance(found, str):
                passed_over[found] += 1
            else:
                yield found


def _record(line: int, cells: list[str], table: ClarityTable, order: DateOrder) -> FileGlucose | FileTreatment | str:
    """The record, or as what it is passed over."""
    if not min(table.width, _LEAST_COLUMNS) <= len(cells) <= table.width:
        raise Unreadable("columns")
    time = cells[TIME].strip()
    if not time:
        return "about_the_file"
    event = plain(cells[EVENT])
    if event in _ESTIMATED:
        return _glucose(line, cells, local_moment(time, order), table.unit)
    if table.width > CARBOHYDRATES and (cells[INSULIN].strip() or cells[CARBOHYDRATES].strip()):
        return _treatment(line, cells, local_moment(time, order))
    if event.startswith(_CALIBRATIONS):
        return "calibration"
    if cells[GLUCOSE].strip():
        raise Unreadable("event")
    return "event"


def _glucose(line: int, cells: list[str], at: Moment, unit: str) -> FileGlucose:
    value, edge = glucose(cells[GLUCOSE].strip(), unit, SENSOR_MG_DL)
    device = name(cells[DEVICE_INFO]) or name(cells[SOURCE_DEVICE])
    serial = name(cells[TRANSMITTER]) if len(cells) > TRANSMITTER else ""
    return FileGlucose(line, at, value, "cgm", device, serial, edge)


def _treatment(line: int, cells: list[str], at: Moment) -> FileTreatment | str:
    insulin = cells[INSULIN].strip()
    kind = _insulin(plain(cells[SUBTYPE])) if insulin else TreatmentKind.CARBOHYDRATES
    much = amount(insulin or cells[CARBOHYDRATES].strip(), kind)
    return "without_amount" if much is None else FileTreatment(line, at, kind, much, UNITS[kind], None)


def _insulin(words: str) -> TreatmentKind:
    if any(word.startswith(_RAPID) for word in words.split()):
        return TreatmentKind.RAPID_INSULIN
    if any(word.startswith(_LONG) for word in words.split()):
        return TreatmentKind.LONG_INSULIN
    return TreatmentKind.OTHER_INSULIN
