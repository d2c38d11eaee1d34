"""Bodies of the access endpoints."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.roles import PEOPLE, Role
from api.bodies import StrictSerializer


class SignInSerializer(StrictSerializer):
    """User name and password."""

    username = serializers.CharField(max_length=150, trim_whitespace=False)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
    otp = serializers.CharField(max_length=64, required=False, help_text="Where a second factor is enrolled.")


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


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
