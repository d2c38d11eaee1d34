"""The readings of a window as a stream, in the form that is accepted."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts.authentication import caller_of
from api.errors import InvalidInput
from api.windows import requested_window
from glucose import streams
from glucose.selectors.stream import reading_batches


class _StreamRenderer(BaseRenderer):
    """Stands for a media type in the negotiation; what writes is glucose/streams.py, and a problem is JSON."""

    render_style = "binary"


class CSVRenderer(_StreamRenderer):
    """Comma-separated values."""

    media_type, format = streams.CSV, "csv"


class NDJSONRenderer(_StreamRenderer):
    """JSON, an object a line."""

    media_type, format = streams.NDJSON, "ndjson"


class ArrowRenderer(_StreamRenderer):
    """Apache Arrow's IPC stream."""

    media_type, format = streams.ARROW, "arrow"


def streamed(request: Request, patient_id: UUID, unit: str) -> StreamingHttpResponse:
    """The window, oldest first. What is wrong at the start is a problem; what goes wrong later breaks the body off.

    Then the last chunk of the transfer coding is missing, and in Arrow the end-of-stream mark.
    """
    for name in ("layout", "cursor", "page_size"):
        if name in request.query_params:
            raise InvalidInput.parameter(name, "is for application/json; a stream is the whole window")
    media_type = request.accepted_renderer.media_type
    window = requested_window(request.query_params, timezone.now())
    batches = reading_batches(caller_of(request), patient_id, window)
    first = next(batches)
    parts: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        parts = streams.FORMATS[media_type](chain([first], batches), unit)
    kind = f"{media_type}; charset=utf-8; header=present" if media_type == streams.CSV else media_type
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding, Authorization"}
    return StreamingHttpResponse(parts, content_type=kind, headers=headers)
