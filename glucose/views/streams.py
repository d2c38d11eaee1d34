"""The readings of a window as a stream, in the form that is accepted."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import caller_of
from accounts.callers import Caller
from api.conditional import computed_tag, not_modified, tagged
from api.errors import InvalidInput
from api.places import HeldStream, place_for
from api.windows import Window, requested_window
from glucose import streams
from glucose.selectors.stream import reading_batches
from patients.selectors import visible_patient


class _StreamRenderer(BaseRenderer):
    """Stands for a media type in the negotiation; what writes is glucose/streams.py, and a problem is JSON."""

    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Nothing: only a 304 comes here."""
        return b""


class CSVRenderer(_StreamRenderer):
    """Comma-separated values."""

    media_type, format = streams.CSV, "csv"


class NDJSONRenderer(_StreamRenderer):
    """JSON, an object a line."""

    media_type, format = streams.NDJSON, "ndjson"


class ArrowRenderer(_StreamRenderer):
    """Apache Arrow's IPC stream."""

    media_type, format = streams.ARROW, "arrow"


def streamed(request: Request, patient_id: UUID, unit: str) -> Response | StreamingHttpResponse:
    """The window, oldest first. What is wrong at the start is a problem; what goes wrong later breaks the body off.

    Then the last chunk of the transfer coding is missing, and in Arrow the end-of-stream mark.
    """
    for name in ("layout", "include", "cursor", "page_size"):
        if name in request.query_params:
            raise InvalidInput.parameter(name, "is for application/json; a stream is the whole window")
    media_type = request.accepted_renderer.media_type
    window = requested_window(request.query_params, timezone.now())
    caller = caller_of(request)
    # The version before the first batch: while it stands, all batches were of the same data.
    patient = visible_patient(caller, patient_id)
    tag = computed_tag(request, "stream", patient.id, patient.data_version, window, unit)
    if known := not_modified(request, lambda: tag):
        return known
    parts: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        parts = _held(caller, patient_id, window, media_type, unit)
    kind = f"{media_type}; charset=utf-8; header=present" if media_type == streams.CSV else media_type
    return tagged(StreamingHttpResponse(parts, content_type=kind), tag)


def _held(caller: Caller, patient_id: UUID, window: Window, media_type: str, unit: str) -> HeldStream:
    """The parts; TooManyStreams, or what is wrong with the first batch, before the answer begins."""
    place = place_for(caller.user_id)
    batches = reading_batches(caller, patient_id, window)
    try:
        first = next(batches)
    except BaseException:
        place.leave()
        raise
    return HeldStream(streams.FORMATS[media_type](chain([first], batches), unit), place)
