"""`webhooks/`: where the clinic's programs are told of events. For administrators.

No Idempotency-Key here: a kept answer would hold the secret.
"""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import endpoints
from accounts.authentication import caller_of
from accounts.roles import Act
from accounts.webhook_serializers import (
    DeliverySerializer,
    NewWebhookSerializer,
    WebhookChangeSerializer,
    WebhookSerializer,
    WebhookTestSerializer,
    WebhookWithSecretSerializer,
    webhook_answer,
)
from api.pages import newest_page, page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, page_schema


class WebhookList(APIView):
    """The clinic's webhooks."""

    @extend_schema(operation_id="webhooks_list", parameters=CURSOR_PARAMETERS, responses=page_schema(WebhookSerializer))
    def get(self, request: Request) -> Response:
        """A page of webhooks, newest first, without their secrets."""
        page = newest_page(request, "webhooks", endpoints.webhooks_to_manage(caller_of(request)))
        return Response(page_answer(request, page, [webhook_answer(row) for row in page.rows]))

    @extend_schema(
        operation_id="webhooks_create", request=NewWebhookSerializer, responses={201: WebhookWithSecretSerializer}
    )
    def post(self, request: Request) -> Response:
        """Have events sent to a URL; the secret that signs them is told this once.

        Bodies hold ids, kinds and times. They are signed as the Standard Webhooks specification says.
        """
        caller = caller_of(request)
        caller.require(Act.MANAGE_WEBHOOKS)
        body = NewWebhookSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        webhook, secret = endpoints.create_webhook(caller, now=timezone.now(), **body.validated_data)
        return _secret(webhook_answer(webhook, secret), status=201)


class WebhookDetail(APIView):
    """One webhook."""

    @extend_schema(operation_id="webhooks_read", responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """The webhook and how its deliveries go."""
        return Response(webhook_answer(endpoints.webhook_to_manage(caller_of(request), webhook_id)))

    @extend_schema(operation_id="webhooks_change", request=WebhookChangeSerializer, responses=WebhookSerializer)
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change where events go, which, or whether; one that is switched on starts afresh."""
        caller = caller_of(request)
        endpoints.webhook_to_manage(caller, webhook_id)
        body = WebhookChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(webhook_answer(endpoints.change_webhook(caller, webhook_id, **body.validated_data)))

    @extend_schema(operation_id="webhooks_delete", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Forget the webhook; what waits for it is not sent."""
        endpoints.delete_webhook(caller_of(request), webhook_id)
        return Response(status=204)


class WebhookRotation(APIView):
    """A new secret of a webhook."""

    @extend_schema(operation_id="webhooks_rotate_secret", request=None, responses=WebhookWithSecretSerializer)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """A new secret, told this once; for a day events are signed by the one before too."""
        webhook, secret = endpoints.rotate_secret(caller_of(request), webhook_id, timezone.now())
        return _secret(webhook_answer(webhook, secret))


class WebhookTest(APIView):
    """An event to try a webhook by."""

    @extend_schema(operation_id="webhooks_test", request=None, responses={202: WebhookTestSerializer})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send an event `webhook.test`, or tell of one that still waits, among the deliveries."""
        return Response({"delivery": endpoints.send_test(caller_of(request), webhook_id)}, status=202)


class DeliveryList(APIView):
    """The deliveries of a webhook."""

    @extend_schema(
        operation_id="webhooks_deliveries", parameters=CURSOR_PARAMETERS, responses=page_schema(DeliverySerializer)
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """What was sent, waits or was given up, newest first; two weeks of what was accepted."""
        asked = requested_page(request, "deliveries", [int])
        rows = endpoints.deliveries_of(caller_of(request), webhook_id)
        rows = rows.order_by("id" if asked.cursor.backwards else "-id")
        if asked.cursor.key:
            rows = rows.filter(**{"id__gt" if asked.cursor.backwards else "id__lt": asked.cursor.key[0]})
        page = page_of(list(rows[: asked.size + 1]), asked, lambda row: (row.id,))
        return Response(page_answer(request, page, [DeliverySerializer(row).data for row in page.rows]))


def _secret(answer: dict[str, object], status: int = 200) -> Response:
    """No cache on the way keeps it."""
    return Response(answer, status=status, headers={"Cache-Control": "no-store"})
