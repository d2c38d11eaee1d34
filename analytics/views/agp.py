"""`patients/{id}/agp/`."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
from analytics.agp import BIN_MINUTES, Profile, agp_answer, profile
from analytics.agp_svg import agp_svg
from analytics.metrics.sufficiency import Sufficiency, sufficiency
from analytics.metrics.targets import RANGES
from analytics.selectors.targets import targets_for
from analytics.selectors.trace import trace_of
from analytics.trace_serializers import AgpSerializer
from api.conditional import computed_tag, not_modified, tagged
from api.renderers import JSONRenderer
from api.schema import AS_OF_PARAMETER, IF_NONE_MATCH, NOT_MODIFIED, UNIT_PARAMETER, WINDOW_PARAMETERS, query
from api.windows import Window, one_of, past_instant, requested_local_window
from glucose.local_time import clock_minutes
from patients.selectors import patient_then
from patients.units import UNITS, GlucoseUnit

BINS = tuple(str(minutes) for minutes in BIN_MINUTES)
SVG = "image/svg+xml"


class SVGRenderer(BaseRenderer):
    """A drawing, which the view has made; a problem is JSON."""

    media_type, format, charset = SVG, "svg", "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        """The text as it is; nothing for a 304."""
        return "" if data is None else data


class Agp(APIView):
    """The ambulatory glucose profile of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    renderer_classes = [JSONRenderer, SVGRenderer]

    @extend_schema(
        operation_id="agp",
        parameters=[
            *WINDOW_PARAMETERS,
            UNIT_PARAMETER,
            query("ranges", "The targets that are shown; those of the patient where absent.", enum=RANGES),
            query(
                "bin_minutes",
                "60 (smoothed over neighbouring hours) or 15 (as found).",
                OpenApiTypes.INT,
                enum=BIN_MINUTES,
            ),
            AS_OF_PARAMETER,
            IF_NONE_MATCH,
        ],
        responses={(200, "application/json"): AgpSerializer, (200, SVG): OpenApiTypes.STR, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Percentiles of glucose by local time of day, as JSON or by Accept as a drawing.

        `days` are whole local days; the day of `end` so far comes on top.
        """
        given, caller = request.query_params, caller_of(request)
        unit = one_of(given, "unit", UNITS, GlucoseUnit.MG_DL.value)
        bin_minutes = int(one_of(given, "bin_minutes", BINS, BINS[0]))
        now = timezone.now()
        as_of = past_instant(given, "as_of", now)
        patient = patient_then(caller, patient_id, as_of)
        targets = targets_for(patient, given.get("ranges"), as_of)
        zone = ZoneInfo(patient.timezone)
        window = requested_local_window(given, as_of or now, zone)
        tag = computed_tag(
            request, "agp", patient.id, patient.data_version, window, [unit, targets.ranges, bin_minutes, as_of]
        )
        if known := not_modified(request, lambda: tag):
            return known
        found = profile(trace_of(patient, window, as_of), bin_minutes=bin_minutes)
        enough = _sufficiency(found, window, zone)
        if request.accepted_renderer.media_type == SVG:
            return tagged(Response(agp_svg(found, enough, targets=targets, unit=unit, as_of=as_of)), tag)
        answer = agp_answer(found, enough, targets=targets, unit=unit)
        told = {"patient": patient.id, "start": window.start, "end": window.end, "timezone": patient.timezone}
        told |= {"as_of": as_of}
        return tagged(Response(told | answer), tag)


def _sufficiency(found: Profile, window: Window, zone: ZoneInfo) -> Sufficiency:
    # A local day of 23 hours is a day too.
    minutes = max(window.minutes, clock_minutes(window.start, window.end, zone))
    return sufficiency(minutes=found.minutes, window_minutes=minutes, days_with_data=found.days_with_data)
