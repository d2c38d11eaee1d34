"""`imports/`: files of readings, from the upload to what was stored."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import identity
from accounts.authentication import caller_of
from accounts.callers import Caller
from accounts.roles import Act
from api.errors import InvalidInput
from api.pages import newest_page, page_answer
from api.places import HeldStream, place_for
from api.renderers import JSONRenderer
from api.schema import CURSOR_PARAMETERS, page_schema, query
from glucose.import_uploads import KeepingHandler, fields_of
from glucose.models import Import
from glucose.refusals_csv import as_csv
from glucose.selectors.imports import first_refused, refused_batches, visible_import, visible_imports
from glucose.serializers.imports import (
    ImportBegunSerializer,
    ImportSerializer,
    NewImportSerializer,
    StartSerializer,
    import_answer,
)
from glucose.services import imports as services
from glucose.services.import_files import FileWriter
from glucose.streams import CSV
from glucose.views.streams import CSVRenderer

ASKED = ("format", "timezone", "date_order")


class ImportList(APIView):
    """Files that were imported."""

    acts = {"GET": Act.IMPORT_FILES, "POST": Act.IMPORT_FILES}

    parser_classes = [MultiPartParser]
    # While a file comes, which may take minutes, no transaction is open: each piece has one of its own.
    own_transactions = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Without a transaction around the request."""
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, in a transaction of its own."""
        with transaction.atomic():
            super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="imports_list",
        parameters=[query("patient", "Only those of one patient.", OpenApiTypes.UUID), *CURSOR_PARAMETERS],
        responses=page_schema(ImportSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of imports of the patients whom you see, newest first."""
        caller = caller_of(request)
        patient_id = _patient_id(request)
        with identity.acting(caller.user_id):
            page = newest_page(request, "imports", visible_imports(caller, patient_id))
            rows = [import_answer(row, first_refused(row)) for row in page.rows]
            return Response(page_answer(request, page, rows))

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": NewImportSerializer},
        responses={202: ImportBegunSerializer},
    )
    def post(self, request: Request) -> Response:
        """Import a file of a patient's readings and treatments, or say what would come of it.

        LibreView, Dexcom Clarity, Nightscout and Tidepool. The file is kept encrypted until it is stored.
        """
        caller, now = caller_of(request), timezone.now()
        caller.require(Act.IMPORT_FILES)
        writer = FileWriter(caller.user_id, now)
        request._request.upload_handlers = [KeepingHandler(writer)]
        place = place_for(caller.user_id)
        try:
            body = NewImportSerializer(data=fields_of(request.data))
            body.is_valid(raise_exception=True)
            given = body.validated_data
            asked = {name: given.get(name, "") for name in ASKED}
            with identity.acting(caller.user_id):
                made = services.request_import(
                    caller,
                    given["patient"],
                    file_id=given["file"].id,
                    size=given["file"].size,
                    dry_run=given["dry_run"],
                    asked=asked,
                    now=now,
                )
        except BaseException:
            writer.forget()
            raise
        finally:
            place.leave()
        return _begun(made)


class ImportDetail(APIView):
    """One import."""

    acts = {"GET": Act.IMPORT_FILES}

    @extend_schema(operation_id="imports_read", responses=ImportSerializer)
    def get(self, request: Request, import_id: UUID) -> Response:
        """How it stands: what was found in the file, what was stored, and what was refused."""
        return _answer(visible_import(caller_of(request), import_id))


class ImportStart(APIView):
    """An import whose file is there already."""

    acts = {"POST": Act.IMPORT_FILES}

    @extend_schema(operation_id="imports_start", request=StartSerializer, responses={202: ImportBegunSerializer})
    def post(self, request: Request, import_id: UUID) -> Response:
        """Store what a dry run found well, or go on with an import that was cancelled or failed."""
        caller = caller_of(request)
        visible_import(caller, import_id)
        body = StartSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return _begun(services.start_import(caller, import_id, date_order=body.validated_data.get("date_order", "")))


class ImportCancel(APIView):
    """The end of an import before its time."""

    acts = {"POST": Act.IMPORT_FILES}

    @extend_schema(operation_id="imports_cancel", request=None, responses=ImportSerializer)
    def post(self, request: Request, import_id: UUID) -> Response:
        """Store nothing more of it; what is stored stays."""
        return _answer(services.cancel_import(caller_of(request), import_id, now=timezone.now()))


class RefusedLines(APIView):
    """What was refused of a file."""

    acts = {"GET": Act.IMPORT_FILES}

    renderer_classes = [CSVRenderer, JSONRenderer]

    @extend_schema(operation_id="imports_refused", responses={(200, CSV): OpenApiTypes.STR})
    def get(self, request: Request, import_id: UUID) -> StreamingHttpResponse:
        """Every line that was refused, with the reason, as CSV; no cell is a formula."""
        caller = caller_of(request)
        visible_import(caller, import_id)
        parts = HeldStream(as_csv(_begun_stream(caller, import_id)), place_for(caller.user_id))
        return StreamingHttpResponse(parts, content_type=f"{CSV}; charset=utf-8; header=present")


def _begun_stream(caller: Caller, import_id: UUID) -> Iterator[Any]:
    """The batches; what is wrong with the first is told before the answer begins."""
    batches = refused_batches(caller, import_id)
    return chain([next(batches)], batches)


def _begun(made: Import) -> Response:
    return Response({"id": made.id, "task": made.task_id}, status=202)


def _answer(found: Import) -> Response:
    return Response(import_answer(found, first_refused(found)))


def _patient_id(request: Request) -> UUID | None:
    text = request.query_params.get("patient")
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise InvalidInput.parameter("patient", "is not the id of a patient") from None
