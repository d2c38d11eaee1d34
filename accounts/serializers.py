"""Bodies of the access endpoints."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers

from accounts.models import ServiceKey, Session
from accounts.roles import PEOPLE, Role, Scope
from api.bodies import InstantField, StrictSerializer
from api.instants import format_instant

OVERLAP_HOURS: Final = 24
LONGEST_OVERLAP_HOURS: Final = 24 * 7


class SignInSerializer(StrictSerializer):
    """User name and password."""

    username = serializers.CharField(max_length=150, trim_whitespace=False)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
    otp = serializers.CharField(max_length=64, required=False, help_text="Where a second factor is enrolled.")


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


class DiscardSerializer(StrictSerializer):
    """That it is meant."""

    confirm = serializers.BooleanField(help_text="true: what is forgotten is not sent again.")

    def validate_confirm(self, value: bool) -> bool:
        """Only true confirms."""
        if not value:
            raise serializers.ValidationError("confirm by true")
        return value


class MemberChangeSerializer(StrictSerializer):
    """What may change of a member."""

    name = serializers.CharField(max_length=200, required=False)
    role = serializers.ChoiceField(choices=[role.value for role in PEOPLE], required=False)
    active = serializers.BooleanField(required=False, help_text="Whether they may sign in.")


class InvitationSerializer(StrictSerializer):
    """Somebody to invite."""

    email = serializers.EmailField(max_length=150, help_text="Becomes their user name.")
    name = serializers.CharField(max_length=200)
    role = serializers.ChoiceField(choices=[role.value for role in PEOPLE])
    language = serializers.ChoiceField(
        choices=[code for code, _ in settings.LANGUAGES], default="en", help_text="Of the mail."
    )


class MemberSerializer(serializers.Serializer[Any]):
    """A member of the clinic."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(help_text="Empty where there is none.")
    role = serializers.ChoiceField(choices=[role.value for role in Role])
    status = serializers.ChoiceField(choices=["active", "invited", "deactivated"])
    second_factor = serializers.BooleanField(help_text="Whether an authenticator app or a passkey is set up.")
    invitation_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the link that was mailed last; null until it was, and once it was accepted."
    )


class TokenPairSerializer(serializers.Serializer[Any]):
    """What signing in answers."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    """Who the caller is."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=[role.value for role in Role])
    clinic = serializers.UUIDField()
    clinic_name = serializers.CharField()


class SessionSerializer(serializers.Serializer[Any]):
    """A sign-in that is not over."""

    id = serializers.UUIDField()
    current = serializers.BooleanField(help_text="Whether this very request belongs to it.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="When it was last refreshed.")
    expires_at = serializers.DateTimeField(help_text="When it is over unless it is refreshed.")
    user_agent = serializers.CharField()
    address = serializers.CharField(help_text="Where the sign-in came from; for IPv6 the network.")


class NewKeySerializer(StrictSerializer):
    """A key to make, with what it may do."""

    name = serializers.CharField(max_length=100, help_text="The program that will use it.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[scope.value for scope in Scope]), allow_empty=False, max_length=100
    )
    expires_at = InstantField(required=False, help_text="From when on it opens nothing; never where absent.")

    def validate_expires_at(self, value: datetime) -> datetime:
        """In the future."""
        if value <= timezone.now():
            raise serializers.ValidationError("A key expires in the future.")
        return value


class RotationSerializer(StrictSerializer):
    """How long the secret before still works."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=LONGEST_OVERLAP_HOURS, default=OVERLAP_HOURS)


class KeySerializer(serializers.Serializer[ServiceKey]):
    """A key without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    user = serializers.UUIDField(source="user_id", help_text="The service user that acts by this key.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=[scope.value for scope in Scope]))
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    expires_at = serializers.DateTimeField(allow_null=True)
    old_secret_until = serializers.DateTimeField(
        source="old_until", allow_null=True, help_text="Until when the secret before the last rotation works."
    )


class KeyWithSecretSerializer(KeySerializer):
    """A key with its secret, which is told this once."""

    secret = serializers.CharField(help_text="Send it as `Authorization: Bearer <secret>`. It is not told again.")


def session_answer(session: Session, current_id: UUID | None) -> dict[str, Any]:
    """The fields of a session, ready for JSON."""
    return {
        "id": session.id,
        "current": session.id == current_id,
        "created_at": format_instant(session.created_at),
        "last_used_at": format_instant(session.last_used_at),
        "expires_at": format_instant(session.expires_at),
        "user_agent": session.user_agent,
        "address": session.address,
    }


def key_answer(key: ServiceKey, secret: str | None = None) -> dict[str, Any]:
    """The fields of a key, ready for JSON, with the secret where it is new."""
    answer = dict(KeySerializer(key).data)
    return answer if secret is None else answer | {"secret": secret}
