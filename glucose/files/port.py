"""What reading a file gives, whatever program wrote the file. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum, unique
from typing import Final, Literal

from glucose.treatments import TreatmentKind

Edge = Literal["", "low", "high"]


@unique
class FileFormat(StrEnum):
    """The programs whose files are read."""

    LIBREVIEW = "libreview"
    CLARITY = "clarity"
    NIGHTSCOUT = "nightscout"
    TIDEPOOL = "tidepool"


@unique
class DateOrder(StrEnum):
    """In which order a file writes day, month and year."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


FORMATS: Final = tuple(member.value for member in FileFormat)
# What a person can be asked: a year that comes first is never mistaken.
DATE_ORDERS: Final = (DateOrder.DAY_FIRST.value, DateOrder.MONTH_FIRST.value)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: ``utc`` where the file tells the instant, ``local`` where it tells the clock on the wall.

    ``utc`` is aware, ``local`` naive; at least one is there. ``offset_minutes`` is local minus UTC where it is told.
    """

    local: datetime | None
    utc: datetime | None
    offset_minutes: int | None


@dataclass(frozen=True, slots=True)
class FileGlucose:
    """What a sensor measured; ``edge`` says that it was beyond what the sensor tells, and ``mg_dl`` is that end.

    ``kind`` is "historic", "scan" or "cgm". ``line`` is the line of the file from 1; of JSON that is one list, the
    number of the entry.
    """

    line: int
    at: Moment
    mg_dl: int
    kind: str
    device: str
    serial: str
    edge: Edge


@dataclass(frozen=True, slots=True)
class FileTreatment:
    """Insulin or carbohydrates; ``minutes`` is how long it was given over, None for at once."""

    line: int
    at: Moment
    kind: TreatmentKind
    amount: Decimal
    unit: str
    minutes: int | None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that should have been something and is not; the words never repeat what the line says."""

    line: int
    code: str
    words: str


FileRecord = FileGlucose | FileTreatment | RefusedLine


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file is, from as much of it as that takes; "" for what it has none of: date order, unit, delimiter.

    Nightscout and Tidepool say the unit with each entry or not at all.
    """

    format: FileFormat
    date_order: DateOrder | Literal[""]
    unit: str
    encoding: str
    delimiter: str


class FileNotRead(Exception):
    """This is no file of the kind, or one that nothing can be read from; ``words`` say what to do."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class DateOrderNeeded(Exception):
    """No date of the file tells which number is the day; ``example`` is one of them, as the file has it."""

    def __init__(self, example: str) -> None:
        super().__init__(
            "No date of this file tells whether it begins with the day or with the month:"
            " say date_order day_first or month_first."
        )
        self.example = example
