"""`readings/stream/`: who may open it. What stays open and sends the events is project/live/."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.authentication import BearerAuthentication, PageAuthentication, caller_of
from accounts.roles import Act
from api.errors import InvalidInput
from api.places import HeldStream, Place, live_place_for
from api.schema import UNIT_PARAMETER
from api.windows import one_of
from glucose import events
from glucose.announced import Place as Since
from glucose.announced import place_of
from glucose.errors import NoMoreStreams
from glucose.selectors.live import visible_ids
from glucose.serializers.readings import LiveEventSerializer
from patients.units import UNITS, GlucoseUnit

# Where the process that was asked keeps no streams: the client reloads, and asks again after so long.
ALONE_RETRY_SECONDS: Final = 15
LAST_EVENT_ID: Final = "The id of the last event that came: what came after it is sent first."


class EventStreamRenderer(BaseRenderer):
    """Stands for the media type in the negotiation; a problem is JSON."""

    media_type, format = events.MEDIA_TYPE, "events"
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Nothing: the events are no data of a view."""
        return b""


class Admission(StreamingHttpResponse):
    """The answer to who may open the stream: whose events, of which patients, in which unit, and since when.

    What keeps streams open goes on from here (project/live/). In any other process the client is told to reload, and to
    ask again.
    """

    def __init__(self, user_id: UUID, visible: frozenset[UUID], unit: str, since: Since | None) -> None:
        super().__init__(content_type=events.MEDIA_TYPE)
        self.user_id, self.visible, self.unit, self.since = user_id, visible, unit, since
        self.place: Place | None = None

    def hold(self, place: Place) -> None:
        """Keep the user's place until the answer is closed."""
        self.place = place
        alone: Iterator[bytes] = iter([events.opening(ALONE_RETRY_SECONDS) + events.reset(events.ALONE)])
        self.streaming_content = HeldStream(alone, place)


class ReadingStream(APIView):
    """New readings of all patients that the caller may see, as they are stored."""

    acts = {"GET": Act.READ_READINGS}
    authentication_classes = [BearerAuthentication, PageAuthentication]
    renderer_classes = [EventStreamRenderer]

    def get_throttles(self) -> list[BaseThrottle]:
        """None where an open stream is only asked for its right anew."""
        return [] if _is_asked_anew(self.request) else super().get_throttles()

    @extend_schema(
        operation_id="readings_stream",
        parameters=[
            UNIT_PARAMETER,
            OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description=LAST_EVENT_ID),
        ],
        # Before OpenAPI 3.2 the schema of a stream of events is that of each event.
        responses={(200, events.MEDIA_TYPE): OpenApiResponse(LiveEventSerializer, description="Server-Sent Events.")},
    )
    def get(self, request: Request) -> Admission:
        """New readings as Server-Sent Events.

        An event `reading` for each reading that is newer than all others of its patient, with what `readings/latest/`
        tells of it. An event `reset` says that some may be missing: read `readings/latest/?per_patient=true` anew. The
        ids of events serve to go on after a break, for about an hour. The right to each patient is asked for anew every
        minute; a stream whose token or session ended, ends. Lines that begin with a colon only show that it lives.
        """
        caller, unit = caller_of(request), one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
        admission = Admission(caller.user_id, visible_ids(caller), unit, _since(request))
        admission["Cache-Control"] = "no-store"
        # For nginx, where its configuration does not say so.
        admission["X-Accel-Buffering"] = "no"
        if not _is_asked_anew(request) and request.method == "GET":
            if getattr(request._request, "is_full", False):
                raise NoMoreStreams
            admission.hold(live_place_for(caller.user_id))
        return admission


def _is_asked_anew(request: Any) -> bool:
    return getattr(request._request, "is_asked_anew", False)


def _since(request: Request) -> Since | None:
    """After which event to go on; None where the client has had none, or sends an empty id."""
    given = request.headers.get("Last-Event-ID")
    if not given:
        return None
    since = place_of(given)
    if since is None:
        raise InvalidInput.parameter("Last-Event-ID", "is no id of an event")
    return since
