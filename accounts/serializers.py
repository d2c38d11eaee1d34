"""Bodies of the access endpoints."""

from typing import Any

from rest_framework import serializers

from accounts.roles import Role
from api.bodies import StrictSerializer


class SignInSerializer(StrictSerializer):
    """User name and password."""

    username = serializers.CharField(max_length=150, trim_whitespace=False)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
    otp = serializers.CharField(max_length=64, required=False, help_text="Where a second factor is enrolled.")


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


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
