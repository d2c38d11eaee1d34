"""`librelinkup/accounts/`: the vendor's accounts, syncing, and what became of it. Their people are in people.py."""

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
from glucose.serializers.accounts import (
    AccountChangeSerializer,
    AccountEventSerializer,
    AccountSerializer,
    NewAccountSerializer,
    SetAsideSerializer,
    TaskIdSerializer,
    account_answer,
    event_answer,
    set_aside_answer,
)
from glucose.services import accounts as services
from glucose.services import terms
from glucose.services.visitors import left_alone


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
        linked = selectors.linked_patients(caller, page.rows)
        rests = left_alone(page.rows, timezone.now())
        answers = [account_answer(row, linked[row.id], rests.get(row.id)) for row in page.rows]
        return Response(page_answer(request, page, answers))

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
        return _tagged(account, account_answer(account, selectors.Linked()), status=201)


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


class TermsAcceptance(APIView):
    """A person's consent to what the vendor asks for."""

    @extend_schema(operation_id="librelinkup_accounts_accept_terms", request=None, responses={202: TaskIdSerializer})
    def post(self, request: Request, account_id: UUID) -> Response:
        """Accept the vendor's terms in your own name; it is told in the background."""
        return Response({"task": terms.request_acceptance(caller_of(request), account_id).id}, status=202)


class AccountHistory(APIView):
    """What became of an account."""

    @extend_schema(
        operation_id="librelinkup_accounts_history",
        parameters=CURSOR_PARAMETERS,
        responses=page_schema(AccountEventSerializer),
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """A page of its changes of state and of what people did about them, newest first."""
        asked = requested_page(request, "history", [UUID])
        edge = asked.cursor.key[0] if asked.cursor.key else None
        rows = selectors.events_of(
            caller_of(request),
            account_id,
            before=None if asked.cursor.backwards else edge,
            after=edge if asked.cursor.backwards else None,
            limit=asked.size + 1,
        )
        page = page_of(rows, asked, lambda event: (event.id,))
        return Response(page_answer(request, page, [event_answer(event) for event in page.rows]))


class SetAsideList(APIView):
    """What came from an account that was no reading."""

    @extend_schema(
        operation_id="librelinkup_set_aside_list",
        responses=inline_serializer("SetAsides", {"results": SetAsideSerializer(many=True)}),
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """The newest 200 contents, the last seen first."""
        rows = selectors.set_aside_of(caller_of(request), account_id)
        return Response({"results": [set_aside_answer(row) for row in rows]})


def _answer(request: Request, account: SourceAccount) -> Response:
    linked = selectors.linked_patients(caller_of(request), [account])
    rests = left_alone([account], timezone.now())
    return _tagged(account, account_answer(account, linked[account.id], rests.get(account.id)))


def _tagged(account: SourceAccount, answer: dict[str, Any], status: int = 200) -> Response:
    return tagged(Response(answer, status=status), record_tag(selectors.record_of(account), answer))
