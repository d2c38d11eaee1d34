"""Nightscout's entries and treatments as records. Pure.

Its glucose is in mg/dL unless an entry says otherwise. A meter's value (mbg) is no reading of a sensor; a temporary
basal says what was planned and not what was given: both are passed over and counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from glucose.files.dates import epoch, instant, with_offset
from glucose.files.entries import Entry, inner
from glucose.files.port import Edge, FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.files.refusals import Unreadable, refused
from glucose.files.values import amount, mg_dl, name, plain
from glucose.treatments import UNITS, TreatmentKind
from patients.units import GlucoseUnit

# Below are a sensor's codes for what it cannot measure; a step beyond the range stands for below and above it.
LEAST_VALUE: Final = 13
_EDGES: Final[dict[int, tuple[int, Edge]]] = {39: (40, "low"), 401: (400, "high")}
_PASSED_OVER: Final = {"mbg": "strip", "cal": "calibration"}
_MOST_MINUTES: Final = 1440
_LONG: Final = ("lantus", "levemir", "tresiba", "toujeo", "basaglar", "abasaglar", "semglee", "insulatard")
_LONG_TOO: Final = ("glargine", "detemir", "degludec", "protaphan", "nph", "basal", "awiqli", "icodec")
_RAPID: Final = ("novorapid", "novolog", "humalog", "fiasp", "lyumjev", "apidra", "aspart", "lispro", "glulisine")
_RAPID_TOO: Final = ("actrapid", "admelog", "liprolog", "trurapi", "bolus", "rapid")


def is_entry(entry: Mapping[str, Any]) -> bool:
    """Whether it has a field that only this program writes."""
    return any(field in entry for field in ("sgv", "mbg", "dateString", "eventType", "created_at"))


def records(found: Iterable[Entry | RefusedLine], passed_over: Counter[str]) -> Iterator[FileRecord]:
    """What the entries are; what is nothing of ours is counted in ``passed_over``."""
    for item in found:
        if isinstance(item, RefusedLine):
            yield item
            continue
        line, entry = item
        kind = str(entry.get("type", "sgv"))
        try:
            if entry.get("isValid") is False:
                passed_over["deleted"] += 1
            elif "sgv" in entry and kind in ("sgv", "None"):
                yield from _glucose(line, entry, passed_over)
            elif kind in _PASSED_OVER and "eventType" not in entry:
                passed_over[_PASSED_OVER[kind]] += 1
            else:
                yield from _treatments(line, entry, passed_over)
        except Unreadable as error:
            yield refused(line, error.code)


def _glucose(line: int, entry: Mapping[str, Any], passed_over: Counter[str]) -> Iterator[FileGlucose]:
    value = entry["sgv"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 100_000:
        raise Unreadable("glucose")
    mmol = "mmol" in str(entry.get("units", ""))[:20]
    if value < LEAST_VALUE and not mmol:
        passed_over["sensor_code"] += 1
        return
    level, edge = _EDGES.get(int(value), (0, ""))
    if not edge or mmol or value != int(value):
        level, edge = mg_dl(value, GlucoseUnit.MMOL_L if mmol else GlucoseUnit.MG_DL), ""
    yield FileGlucose(line, _moment(entry), level, "cgm", name(entry.get("device")), "", edge)


def _moment(entry: Mapping[str, Any]) -> Moment:
    """When it was: the milliseconds where they are there, otherwise the text; the offset where it is told.

    An offset of 0 is what a server notes of an uploader that told none.
    """
    texts = (entry.get("dateString"), entry.get("created_at"), entry.get("timestamp"))
    numbers = (entry.get("date"), entry.get("mills"), entry.get("timestamp"))
    told = next((moment for text in texts if (moment := _instant(text))), None)
    for number in numbers:
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            utc = epoch(number)
            break
    else:
        if told is None or told.utc is None:
            raise Unreadable("time")
        utc = told.utc
    offset = entry.get("utcOffset") or (told and told.offset_minutes)
    return with_offset(utc, offset if isinstance(offset, int) and offset else None)


def _instant(text: Any) -> Moment | None:
    try:
        return instant(text) if isinstance(text, str) else None
    except Unreadable:
        return None


def _treatments(line: int, entry: Mapping[str, Any], passed_over: Counter[str]) -> Iterator[FileTreatment]:
    """The insulin and the carbohydrates of one entry, each a record of its own."""
    given = [part for part in (*_insulin(entry), *_carbohydrates(entry)) if part[1]]
    if not given:
        event = plain(str(entry.get("eventType", "")))
        passed_over["temp_basal" if event.startswith("temp basal") else "other"] += 1
        return
    at = _moment(entry)
    for kind, much in given:
        minutes = None if kind is TreatmentKind.CARBOHYDRATES else _minutes(entry.get("duration"))
        yield FileTreatment(line, at, kind, much, UNITS[kind], minutes)


def _insulin(entry: Mapping[str, Any]) -> Iterator[tuple[TreatmentKind, Decimal]]:
    injections = inner(entry.get("insulinInjections"))
    named = [part for part in injections if isinstance(part, Mapping)] if isinstance(injections, list) else []
    if named:
        for part in named:
            kind = _kind(plain(str(part.get("insulin", ""))), TreatmentKind.OTHER_INSULIN)
            yield kind, amount(part.get("units", 0), kind) or Decimal()
    elif (told := entry.get("insulin")) not in (None, ""):
        kind = _kind(plain(str(entry.get("eventType", ""))), TreatmentKind.RAPID_INSULIN)
        yield kind, amount(told, kind) or Decimal()


def _kind(words: str, otherwise: TreatmentKind) -> TreatmentKind:
    if any(word in words for word in _RAPID + _RAPID_TOO):
        return TreatmentKind.RAPID_INSULIN
    return TreatmentKind.LONG_INSULIN if any(word in words for word in _LONG + _LONG_TOO) else otherwise


def _carbohydrates(entry: Mapping[str, Any]) -> Iterator[tuple[TreatmentKind, Decimal]]:
    if (told := entry.get("carbs")) not in (None, ""):
        kind = TreatmentKind.CARBOHYDRATES
        yield kind, amount(told, kind) or Decimal()


def _minutes(duration: Any) -> int | None:
    """Over how long a bolus was spread; None for at once."""
    if isinstance(duration, bool) or not isinstance(duration, (int, float)):
        return None
    return round(duration) if 1 <= duration <= _MOST_MINUTES else None
