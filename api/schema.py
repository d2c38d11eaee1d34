"""Pieces of OpenAPI that several endpoints share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers


def query(name: str, what: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    """An optional query parameter."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=what, **more)


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="An ETag that was read: 412 where the record changed since."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="ETags that the client has: 304 where one still holds."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "1 to 255 visible characters, new for each thing to do. The same request with the same key is done once and"
        " answered as the first time, with Idempotency-Replayed; kept for a day."
    ),
)
NOT_MODIFIED = OpenApiResponse(description="What the client has still holds.")
CURSOR_PARAMETERS = [
    query("page_size", "Rows a page, up to 1,000; 100 where absent.", OpenApiTypes.INT),
    query("cursor", "Where to go on: taken from next or previous, never made by hand."),
]
WINDOW_PARAMETERS = [
    query("start", "The first instant (RFC 3339 with an offset).", OpenApiTypes.DATETIME),
    query("end", "The first instant after the window; now where absent.", OpenApiTypes.DATETIME),
    query("days", "Instead of start: so many days up to end; 14 where absent.", OpenApiTypes.INT),
]
DAY_PARAMETERS = [
    query("start", "The first local day.", OpenApiTypes.DATE),
    query("end", "The last local day, included; today where absent.", OpenApiTypes.DATE),
    query("days", "Instead of start: so many local days up to end; 14 where absent.", OpenApiTypes.INT),
]
AS_OF_PARAMETER = query(
    "as_of",
    "The answer as it was known at this instant (RFC 3339 with an offset, not ahead), which is also its now: by the"
    " readings that had been received and without those that were excluded then.",
    OpenApiTypes.DATETIME,
)
UNIT_PARAMETER = query("unit", "The unit of glucose in the answer.", enum=["mg/dL", "mmol/L"])


def page_schema(row: type[serializers.Serializer[Any]], **beside: Any) -> Any:
    """``{next, previous, results}`` of the rows, and what is told beside them."""
    name = row.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
            **beside,
        },
    )
