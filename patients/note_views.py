"""`patients/{id}/notes/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from api.conditional import expected_records, not_modified, record_tag, tagged
from api.pages import newest_page, page_answer
from api.schema import (
    CURSOR_PARAMETERS,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    WINDOW_PARAMETERS,
    page_schema,
    query,
)
from api.windows import one_of, requested_window
from patients import notes
from patients.care_models import Note
from patients.note_serializers import NoteBodySerializer, NoteSerializer, NoteTextSerializer, note_answer
from patients.selectors import visible_patient

BOOLEANS = ("false", "true")
ABOUT = ("start", "end", "days")


class NoteList(APIView):
    """Notes about one patient."""

    @extend_schema(
        operation_id="notes_list",
        parameters=[
            *WINDOW_PARAMETERS,
            query("removed", "true: those that were removed too.", OpenApiTypes.BOOL),
            *CURSOR_PARAMETERS,
        ],
        responses=page_schema(NoteSerializer),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A page of notes, newest first; with a window, of those about a time in it."""
        given = request.query_params
        window = requested_window(given, timezone.now()) if any(name in given for name in ABOUT) else None
        removed = one_of(given, "removed", BOOLEANS, "false") == "true"
        page = newest_page(
            request, "notes", notes.notes_of(caller_of(request), patient_id, about=window, removed=removed)
        )
        return Response(page_answer(request, page, [note_answer(row) for row in page.rows]))

    @extend_schema(
        operation_id="notes_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NoteBodySerializer,
        responses={201: NoteSerializer},
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Write a note about the patient, or about a moment or a range of their time."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        caller.require(Act.WRITE_NOTES)
        body = NoteBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = {"start": None, "end": None, **body.validated_data}
        return _answer(notes.write_note(caller, patient_id, now=timezone.now(), **fields), status=201)


class NoteDetail(APIView):
    """One note."""

    @extend_schema(
        operation_id="notes_read", parameters=[IF_NONE_MATCH], responses={200: NoteSerializer, 304: NOT_MODIFIED}
    )
    def get(self, request: Request, patient_id: UUID, note_id: UUID) -> Response:
        """The note with what it said before, removed or not."""
        note = notes.note_of(caller_of(request), patient_id, note_id)
        return not_modified(request, lambda: _tag(note)) or _answer(note)

    @extend_schema(
        operation_id="notes_edit", parameters=[IF_MATCH], request=NoteTextSerializer, responses=NoteSerializer
    )
    def patch(self, request: Request, patient_id: UUID, note_id: UUID) -> Response:
        """Let the note say something else; what it said before stays in its history."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        caller.require(Act.WRITE_NOTES)
        body = NoteTextSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        text, expected = body.validated_data["text"], expected_records(request)
        return _answer(notes.edit_note(caller, patient_id, note_id, text, now=timezone.now(), expected=expected))


class NoteRemoval(APIView):
    """The end of a note."""

    @extend_schema(operation_id="notes_remove", request=None, responses=NoteSerializer)
    def post(self, request: Request, patient_id: UUID, note_id: UUID) -> Response:
        """Take the note out of the list; it is kept, and so is who did it."""
        return _answer(notes.remove_note(caller_of(request), patient_id, note_id, now=timezone.now()))


def _answer(note: Note, status: int = 200) -> Response:
    return tagged(Response(note_answer(note), status=status), _tag(note))


def _tag(note: Note) -> str:
    return record_tag(notes.record_of_note(note))
