"""Reports made: told in a language, and set on paper."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import translation

from analytics import report_telling
from analytics.report import Report
from analytics.report_telling import Subject
from analytics.typesetting import typeset

TEMPLATE: Final = Path(report_telling.__file__).with_name("report.typ")


def report_pdf(
    found: Report, subject: Subject, *, language: str, now: datetime, as_of: datetime | None = None
) -> bytes:
    """The report as PDF of one page, the same bytes for the same report at the same instant."""
    return typeset(TEMPLATE, told_in(language, found, subject, now=now, as_of=as_of), created=now)


def told_in(
    language: str, found: Report, subject: Subject, *, now: datetime, as_of: datetime | None = None
) -> dict[str, Any]:
    """The report's texts and drawings in a language."""
    with translation.override(language):
        return report_telling.told(found, subject, now=now, as_of=as_of)
