"""`keys/`: the service keys of the clinic. No Idempotency-Key here: a kept answer would hold the secret."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import keys
from accounts.authentication import caller_of
from accounts.serializers import (
    KeySerializer,
    KeyWithSecretSerializer,
    NewKeySerializer,
    RotationSerializer,
    key_answer,
)
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, page_schema


class KeyList(APIView):
    """The clinic's service keys."""

    @extend_schema(operation_id="keys_list", parameters=CURSOR_PARAMETERS, responses=page_schema(KeySerializer))
    def get(self, request: Request) -> Response:
        """A page of keys, newest first, without their secrets."""
        page = newest_page(request, "keys", keys.keys_of(caller_of(request)))
        return Response(page_answer(request, page, [key_answer(row) for row in page.rows]))

    @extend_schema(operation_id="keys_create", request=NewKeySerializer, responses={201: KeyWithSecretSerializer})
    def post(self, request: Request) -> Response:
        """Make a key and the service user that acts by it; the secret is told this once."""
        body = NewKeySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        key, secret = keys.create_key(caller_of(request), now=timezone.now(), **body.validated_data)
        return _secret(key_answer(key, secret), status=201)


class KeyDetail(APIView):
    """One key."""

    @extend_schema(operation_id="keys_delete", responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        """Forget the key; it opens nothing any more, and its user is deactivated."""
        keys.delete_key(caller_of(request), key_id)
        return Response(status=204)


class KeyRotation(APIView):
    """A new secret of a key."""

    @extend_schema(operation_id="keys_rotate", request=RotationSerializer, responses=KeyWithSecretSerializer)
    def post(self, request: Request, key_id: UUID) -> Response:
        """A new secret, told this once; the one before works for so many hours more."""
        body = RotationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        overlap = timedelta(hours=body.validated_data["overlap_hours"])
        key, secret = keys.rotate_key(caller_of(request), key_id, overlap=overlap, now=timezone.now())
        return _secret(key_answer(key, secret))


def _secret(answer: dict[str, object], status: int = 200) -> Response:
    """No cache on the way keeps it."""
    return Response(answer, status=status, headers={"Cache-Control": "no-store"})
