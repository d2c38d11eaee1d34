"""Tidepool's export as records. Pure.

The web app offers JSON and a workbook of Excel, and no CSV. Values come in mmol/L or mg/dL, as the entry says. A
meter's value (smbg) is no reading of a sensor; it is passed over and counted, as settings and events are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from glucose.files.dates import instant, with_offset
from glucose.files.entries import Entry, inner
from glucose.files.port import Edge, FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.files.refusals import Unreadable, refused
from glucose.files.values import PLAUSIBLE_MG_DL, amount, mg_dl, name, unit_of
from glucose.treatments import UNITS, TreatmentKind
from patients.units import GlucoseUnit

_MS_PER_MINUTE: Final = 60_000
_MOST_MINUTES: Final = 1440
_ACTING: Final = {
    "rapid": TreatmentKind.RAPID_INSULIN,
    "short": TreatmentKind.RAPID_INSULIN,
    "intermediate": TreatmentKind.LONG_INSULIN,
    "long": TreatmentKind.LONG_INSULIN,
}
_PASSED_OVER: Final = {"smbg": "strip", "bloodKetone": "ketone", "pumpSettings": "settings", "upload": "about_the_file"}
_TYPES: Final = frozenset(
    {"cbg", "bolus", "wizard", "basal", "food", "insulin", "deviceEvent", "physicalActivity", "reportedState"}
    | {"cgmSettings", "controllerSettings", "controllerStatus", "pumpStatus", "water", "dosingDecision", "alert"}
    | _PASSED_OVER.keys()
)
Given = Iterator[tuple[TreatmentKind, Decimal | None, int | None]]


def is_entry(entry: Mapping[str, Any]) -> bool:
    """Whether it has a type and a time as this program writes them."""
    kind = entry.get("type")
    return isinstance(kind, str) and kind in _TYPES and ("time" in entry or "deviceTime" in entry)


def records(found: Iterable[Entry | RefusedLine], passed_over: Counter[str]) -> Iterator[FileRecord]:
    """What the entries are; what is nothing of ours is counted in ``passed_over``."""
    for item in found:
        if isinstance(item, RefusedLine):
            yield item
            continue
        line, entry = item
        kind = entry.get("type")
        try:
            if kind == "cbg":
                yield _glucose(line, entry)
            elif isinstance(kind, str) and kind in _GIVEN:
                yield from _treatments(line, entry, kind, passed_over)
            else:
                passed_over[_PASSED_OVER.get(kind, "other") if isinstance(kind, str) else "other"] += 1
        except Unreadable as error:
            yield refused(line, error.code)


def _glucose(line: int, entry: Mapping[str, Any]) -> FileGlucose:
    value, unit = entry.get("value"), unit_of(str(entry.get("units", "")))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 100_000:
        raise Unreadable("glucose")
    if not unit:
        raise Unreadable("unit")
    edge = _edge(inner(entry.get("annotations")))
    if edge == "high" and unit == GlucoseUnit.MG_DL:
        value = min(value, PLAUSIBLE_MG_DL[1])
    return FileGlucose(line, _moment(entry), mg_dl(value, unit), "cgm", name(entry.get("deviceId")), "", edge)


def _edge(annotations: Any) -> Edge:
    for annotation in annotations if isinstance(annotations, list) else []:
        if isinstance(annotation, Mapping) and annotation.get("code") == "bg/out-of-range":
            return "low" if annotation.get("value") == "low" else "high"
    return ""


def _moment(entry: Mapping[str, Any]) -> Moment:
    time, offset = entry.get("time"), entry.get("timezoneOffset")
    if not isinstance(time, str):
        raise Unreadable("time")
    told = instant(time)
    if told.utc is None:
        raise Unreadable("time")
    return with_offset(told.utc, offset if isinstance(offset, int) else told.offset_minutes)


def _treatments(line: int, entry: Mapping[str, Any], kind: str, passed_over: Counter[str]) -> Iterator[FileTreatment]:
    given = [part for part in _GIVEN[kind](entry) if part[1] is not None]
    if not given:
        in_servings = kind == "wizard" and entry.get("carbUnits") == "exchanges"
        passed_over["servings" if in_servings else "without_amount"] += 1
        return
    at = _moment(entry)
    for what, much, minutes in given:
        yield FileTreatment(line, at, what, much or Decimal(), UNITS[what], minutes)


def _bolus(entry: Mapping[str, Any]) -> Given:
    """What was given at once, and what was spread out."""
    kind = TreatmentKind.RAPID_INSULIN
    yield kind, _amount(entry.get("normal"), kind), None
    yield kind, _amount(entry.get("extended"), kind), _minutes(entry.get("duration"))


def _basal(entry: Mapping[str, Any]) -> Given:
    """What a pump gave in the time; a pump that was stopped gave nothing, which is told too."""
    rate, minutes = entry.get("rate") or 0, _minutes(entry.get("duration"))
    if minutes is not None:
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 100:
            raise Unreadable("amount")
        much = amount(rate * entry["duration"] / (60 * _MS_PER_MINUTE), TreatmentKind.BASAL)
        yield TreatmentKind.BASAL, much or Decimal(), minutes


def _wizard(entry: Mapping[str, Any]) -> Given:
    if entry.get("carbUnits", "grams") == "grams":
        yield TreatmentKind.CARBOHYDRATES, _amount(entry.get("carbInput"), TreatmentKind.CARBOHYDRATES), None


def _food(entry: Mapping[str, Any]) -> Given:
    grams = _within(entry.get("nutrition"), "carbohydrate", "net")
    yield TreatmentKind.CARBOHYDRATES, _amount(grams, TreatmentKind.CARBOHYDRATES), None


def _dose(entry: Mapping[str, Any]) -> Given:
    acting = _within(entry.get("formulation"), "simple", "actingType")
    kind = _ACTING.get(acting, TreatmentKind.OTHER_INSULIN) if isinstance(acting, str) else TreatmentKind.OTHER_INSULIN
    yield kind, _amount(_within(entry.get("dose"), "total"), kind), None


def _within(value: Any, *path: str) -> Any:
    """What is at the path in objects that some exports write as texts."""
    for field in path:
        value = inner(value)
        value = value.get(field) if isinstance(value, Mapping) else None
    return value


def _amount(told: Any, kind: TreatmentKind) -> Decimal | None:
    return None if told is None else amount(told, kind)


def _minutes(duration: Any) -> int | None:
    """Milliseconds as whole minutes, at least one; None where there are none, or more than a day."""
    if isinstance(duration, bool) or not isinstance(duration, (int, float)):
        return None
    return max(1, round(duration / _MS_PER_MINUTE)) if 0 < duration <= _MOST_MINUTES * _MS_PER_MINUTE else None


_GIVEN: Final = {"bolus": _bolus, "basal": _basal, "wizard": _wizard, "food": _food, "insulin": _dose}
