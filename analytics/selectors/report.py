"""The report of a patient whom the caller of this has found."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.metrics.targets import Targets
from analytics.report import Days, Report, report
from analytics.report_telling import Subject
from analytics.selectors.trace import excluded_of_patient, trace_of
from api.errors import InvalidInput
from api.windows import Window
from patients.models import Patient


def report_of(patient: Patient, days: Days, *, targets: Targets, unit: str, as_of: datetime | None = None) -> Report:
    """The report of whole local days, without excluded readings, which are counted; ``as_of``: as it was then."""
    window = Window(days.start, days.end)
    excluded, _ = excluded_of_patient(patient, window, as_of)
    return report(trace_of(patient, window, as_of), days, targets=targets, unit=unit, excluded=excluded)


def reported_days(patient: Patient, count: int, last: date | None, now: datetime) -> Days:
    """So many days up to the last, or up to yesterday; InvalidInput where it is not over where the patient lives."""
    today = now.astimezone(ZoneInfo(patient.timezone)).date()
    if last is not None and last >= today:
        raise InvalidInput.parameter("end", "is not over where the patient lives")
    return Days(last or today - timedelta(days=1), count, patient.timezone)


def subject_of(patient: Patient) -> Subject:
    """What stands about the patient at the head of their report."""
    return Subject(patient.name, patient.external_ref, patient.birth_date, patient.diabetes_type, patient.clinic.name)
