"""`patients/{id}/readings/`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.replica import from_replica
from accounts.roles import Act
from api.conditional import computed_tag, not_modified, tagged
from api.instants import instant_of_epoch
from api.pages import PageRequest, page_answer, page_of, requested_page
from api.parsers import TolerantJSONParser
from api.renderers import JSONRenderer
from api.schema import (
    CURSOR_PARAMETERS,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    UNIT_PARAMETER,
    WINDOW_PARAMETERS,
    query,
)
from api.windows import Window, instant_parameter, one_of, requested_window
from glucose.selectors.readings import AHEAD, OLDEST, reading_columns, reading_page
from glucose.serializers.readings import (
    ReadingColumnsSerializer,
    ReceiptSerializer,
    UploadSerializer,
    reading_answer,
)
from glucose.services.uploads import store_upload
from glucose.streams import ARROW, CSV, FORMATS, NDJSON
from glucose.views.beside import INCLUDE_PARAMETER, READING_PAGE, beside, beside_page, included
from glucose.views.streams import ArrowRenderer, CSVRenderer, NDJSONRenderer, streamed
from patients.models import Patient
from patients.selectors import visible_patient
from patients.units import MG_DL_PER_MMOL_L, UNITS, GlucoseUnit

LAYOUTS = ("rows", "columns")


class ReadingList(APIView):
    """The readings of one patient."""

    acts = {"GET": Act.READ_READINGS, "POST": Act.WRITE_READINGS}

    parser_classes = [TolerantJSONParser]

    def get_renderers(self) -> list[BaseRenderer]:
        """JSON; for reading, the forms of a stream too."""
        reads = getattr(self.request, "method", "GET") in ("GET", "HEAD")
        forms = [CSVRenderer, NDJSONRenderer, ArrowRenderer] if reads else []
        return [JSONRenderer(), *(form() for form in forms)]

    @extend_schema(
        operation_id="readings_list",
        parameters=[
            *WINDOW_PARAMETERS,
            UNIT_PARAMETER,
            query("layout", "rows: a page, newest first. columns: the whole window.", enum=LAYOUTS),
            INCLUDE_PARAMETER,
            *CURSOR_PARAMETERS,
            IF_NONE_MATCH,
        ],
        responses={
            (200, "application/json"): PolymorphicProxySerializer(
                component_name="Readings",
                serializers=[READING_PAGE, ReadingColumnsSerializer],
                resource_type_field_name=None,
                many=False,
            ),
            (200, CSV): OpenApiTypes.STR,
            (200, NDJSON): OpenApiTypes.STR,
            (200, ARROW): OpenApiTypes.BINARY,
            304: NOT_MODIFIED,
        },
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response | StreamingHttpResponse:
        """Rows page by page, a whole window in columns, or by Accept a whole window as a stream."""
        unit = one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
        if request.accepted_renderer.media_type in FORMATS:
            return streamed(request, patient_id, unit)
        # Read before it is known whether there are pages: what is wrong is refused in both forms.
        asked = requested_page(request, "readings", [instant_of_epoch])
        included(request)
        if one_of(request.query_params, "layout", LAYOUTS, "rows") == "columns":
            return _columns(request, patient_id, unit)
        return _rows(request, patient_id, unit, asked)

    @extend_schema(
        operation_id="readings_create",
        parameters=[IDEMPOTENCY_KEY],
        request=UploadSerializer,
        responses=ReceiptSerializer,
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Store up to 10,000 readings; single bad values are rejected, the rest is stored."""
        receipt = store_upload(caller_of(request), patient_id, request.data, now=timezone.now())
        return Response(
            {
                "received": receipt.received,
                "stored": receipt.stored,
                "duplicates": receipt.duplicates,
                "rejected": [{"index": index, "reason": reason} for index, reason in receipt.rejected],
            }
        )


def _columns(request: Request, patient_id: UUID, unit: str) -> Response:
    window = requested_window(request.query_params, timezone.now())
    caller = caller_of(request)

    def tag(patient: Patient) -> str:
        return computed_tag(request, "columns", patient.id, patient.data_version, window, unit, included(request))

    if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
        return known
    columns = reading_columns(caller, patient_id, window)
    value: Any = columns.mg_dl
    if unit == GlucoseUnit.MMOL_L:
        value = np.round(columns.mg_dl / MG_DL_PER_MMOL_L, 6)
    answer = {
        "patient": columns.patient.id,
        "unit": unit,
        "start": window.start,
        "end": window.end,
        "count": len(columns.time_ms),
        "time": columns.time_ms,
        "value": value,
    }
    return tagged(Response(answer | beside(request, columns.patient, window)), tag(columns.patient))


def _rows(request: Request, patient_id: UUID, unit: str, asked: PageRequest) -> Response:
    caller, window = caller_of(request), row_window(request, timezone.now())
    # A page without a window holds whatever is stored, whenever it is asked for.
    bounds = window if window.start > OLDEST else None

    def tag(patient: Patient) -> str:
        return computed_tag(request, patient.id, patient.data_version, bounds, request.build_absolute_uri())

    if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
        return known
    patient, rows = reading_page(
        caller,
        patient_id,
        window,
        edge=asked.cursor.key[0] if asked.cursor.key else None,
        backwards=asked.cursor.backwards,
        limit=asked.size + 1,
    )
    page = page_of(rows, asked, lambda row: (int(row.time.timestamp()),))
    answer = page_answer(request, page, [reading_answer(row, unit) for row in page.rows])
    return tagged(Response(answer | beside_page(request, patient, window, page)), tag(patient))


def row_window(request: Request, now: datetime) -> Window:
    """The window of a page: pages bound the answer, so without a start they go back to the first reading."""
    query_params = request.query_params
    if "start" in query_params or "days" in query_params:
        return requested_window(query_params, now)
    end = instant_parameter(query_params, "end") if "end" in query_params else now + AHEAD
    return Window(OLDEST, max(end, OLDEST))
