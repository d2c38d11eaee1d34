"""`patients/{id}/report.pdf`."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.replica import from_replica
from accounts.roles import Act
from analytics.report import SPANS
from analytics.selectors.report import report_of, reported_days, subject_of
from analytics.selectors.targets import targets_for
from analytics.services.reports import report_pdf
from api.conditional import computed_tag, not_modified, tagged
from api.schema import AS_OF_PARAMETER, IF_NONE_MATCH, NOT_MODIFIED, UNIT_PARAMETER, query
from api.windows import day_parameter, one_of, past_instant
from patients.selectors import patient_then
from patients.units import UNITS, GlucoseUnit

PDF: Final = "application/pdf"
LANGUAGES: Final = tuple(code for code, _ in settings.LANGUAGES)
COUNTS: Final = tuple(str(days) for days in SPANS)


class PDFRenderer(BaseRenderer):
    """A document, which the view has made; a problem is JSON."""

    media_type, format, charset, render_style = PDF, "pdf", None, "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        """The bytes as they are; nothing for a 304."""
        return b"" if data is None else data


class PatientReport(APIView):
    """The one-page report of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    renderer_classes = [PDFRenderer]

    @extend_schema(
        operation_id="report",
        parameters=[
            query("days", "So many local days up to end, all of them over.", OpenApiTypes.INT, enum=SPANS, default=14),
            query("end", "The last local day, which is over; yesterday where absent.", OpenApiTypes.DATE),
            UNIT_PARAMETER,
            query("language", "Of the report's words and numbers.", enum=LANGUAGES, default="en"),
            AS_OF_PARAMETER,
            IF_NONE_MATCH,
        ],
        responses={(200, PDF): OpenApiTypes.BINARY, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Statistics, time in ranges, goals, glucose profile and days on one page, as tagged PDF.

        By the patient's targets, without excluded readings. Its numbers are those of `statistics/` from the midnight
        before the first day to the one after the last.
        """
        given, caller, now = request.query_params, caller_of(request), timezone.now()
        unit = one_of(given, "unit", UNITS, GlucoseUnit.MG_DL.value)
        language = one_of(given, "language", LANGUAGES, "en")
        count = int(one_of(given, "days", COUNTS, "14"))
        as_of, last = past_instant(given, "as_of", now), day_parameter(given, "end")
        patient = patient_then(caller, patient_id, as_of)
        days, targets, subject = (
            reported_days(patient, count, last, as_of or now),
            targets_for(patient, None, as_of),
            subject_of(patient),
        )
        form = [unit, language, targets.ranges, as_of]
        tag = computed_tag(request, "report", patient.id, patient.data_version, asdict(days), asdict(subject), form)
        if known := not_modified(request, lambda: tag):
            return known
        found = report_of(patient, days, targets=targets, unit=unit, as_of=as_of)
        answer = Response(report_pdf(found, subject, language=language, now=now, as_of=as_of))
        # The name of the file says nothing about whom it is.
        answer["Content-Disposition"] = f'inline; filename="glucose-report-{days.last}.pdf"'
        return tagged(answer, tag)
