"""`librelinkup/accounts/`: the vendor's accounts, their people, and syncing."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from api.conditional import expected_records, not_modified, record_tag, tagged
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, page_schema
from glucose.models import SourceAccount
from glucose.selectors import accounts as selectors
from glucose.serializers import (
    AccountChangeSerializer,
    AccountSerializer,
    LinkSerializer,
    NewAccountSerializer,
    TaskIdSerializer,
    VendorPatientSerializer,
    account_answer,
    vendor_patient_answer,
)
from glucose.services import accounts as services
from glucose.services import links


class AccountList(APIView):
    """The clinic's LibreLinkUp accounts."""

    @extend_schema(
        operation_id="librelinkup_accounts_list",
        parameters=CURSOR_PARAMETERS,
        responses=page_schema(AccountSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of accounts, oldest first, each with its state and what to do about it."""
        asked = requested_page(request, "accounts", [UUID])
        caller = caller_of(request)
        rows = selectors.visible_accounts(caller).order_by("-id" if asked.cursor.backwards else "id")
        if asked.cursor.key:
            side = "id__lt" if asked.cursor.backwards else "id__gt"
            rows = rows.filter(**{side: asked.cursor.key[0]})
        page = page_of(list(rows[: asked.size + 1]), asked, lambda row: (row.id,))
        patients = selectors.linked_patients(caller, page.rows)
        return Response(page_answer(request, page, [account_answer(row, patients[row.id]) for row in page.rows]))

    @extend_schema(
        operation_id="librelinkup_accounts_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewAccountSerializer,
        responses={201: AccountSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Add an account; it is synced at once."""
        body = NewAccountSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        account = services.create_account(caller_of(request), now=timezone.now(), **body.validated_data)
        return _tagged(account, account_answer(account, []), status=201)


class AccountDetail(APIView):
    """One account."""

    @extend_schema(
        operation_id="librelinkup_accounts_read",
        parameters=[IF_NONE_MATCH],
        responses={200: AccountSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """Its state and its patients."""
        account = selectors.visible_account(caller_of(request), account_id)
        response = _answer(request, account)
        return not_modified(request, lambda: response["ETag"]) or response

    @extend_schema(
        operation_id="librelinkup_accounts_change",
        parameters=[IF_MATCH],
        request=AccountChangeSerializer,
        responses=AccountSerializer,
    )
    def patch(self, request: Request, account_id: UUID) -> Response:
        """A new password or region, or the state disabled or active."""
        selectors.visible_account(caller_of(request), account_id)
        body = AccountChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        account = services.change_account(
            caller_of(request),
            account_id,
            now=timezone.now(),
            expected=expected_records(request),
            **body.validated_data,
        )
        return _answer(request, account)

    @extend_schema(operation_id="librelinkup_accounts_delete", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, account_id: UUID) -> Response:
        """Forget the account; patients and readings stay."""
        services.delete_account(caller_of(request), account_id, expected=expected_records(request))
        return Response(status=204)


class AccountSync(APIView):
    """A sync that somebody asks for."""

    @extend_schema(operation_id="librelinkup_accounts_sync", request=None, responses={202: TaskIdSerializer})
    def post(self, request: Request, account_id: UUID) -> Response:
        """Start a sync in the background."""
        return Response({"task": services.request_sync(caller_of(request), account_id).id}, status=202)


class UnlinkedList(APIView):
    """People whom nobody accepted yet."""

    @extend_schema(
        operation_id="librelinkup_unlinked_list",
        responses=inline_serializer("VendorPatients", {"results": VendorPatientSerializer(many=True)}),
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """The people of the account who wait for somebody to link or ignore them."""
        people = selectors.unlinked_people(caller_of(request), account_id)
        return Response({"results": [vendor_patient_answer(person) for person in people]})


class Link(APIView):
    """The explicit act that makes a vendor's person a patient."""

    @extend_schema(operation_id="librelinkup_link", request=LinkSerializer, responses={201: VendorPatientSerializer})
    def post(self, request: Request, account_id: UUID, vendor_id: str) -> Response:
        """Link to an existing patient, or to a new one."""
        caller = caller_of(request)
        selectors.visible_account(caller, account_id)
        body = LinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        patient_id = fields.pop("patient", None)
        if patient_id is not None:
            person = links.link(caller, account_id, vendor_id, patient_id)
        else:
            person = links.create_and_link(caller, account_id, vendor_id, **fields)
        return Response(vendor_patient_answer(person), status=201)


class Ignore(APIView):
    """The explicit act that sets a vendor's person aside."""

    @extend_schema(operation_id="librelinkup_ignore", request=None, responses=VendorPatientSerializer)
    def post(self, request: Request, account_id: UUID, vendor_id: str) -> Response:
        """Do not ask about this person again."""
        return Response(vendor_patient_answer(links.ignore(caller_of(request), account_id, vendor_id)))


def _answer(request: Request, account: SourceAccount) -> Response:
    patients = selectors.linked_patients(caller_of(request), [account])
    return _tagged(account, account_answer(account, patients[account.id]))


def _tagged(account: SourceAccount, answer: dict[str, Any], status: int = 200) -> Response:
    return tagged(Response(answer, status=status), record_tag(selectors.record_of(account), answer))
