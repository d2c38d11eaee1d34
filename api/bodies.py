"""Strict bodies: what is not known is refused, so that a misspelt field is never silently ignored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.instants import format_instant, parse_instant


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; ValidationError names each unknown field."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: ["This field is not known."] for name in unknown})
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field[datetime, str, str, datetime]):
    """An RFC 3339 time with an offset, which DRF's own field would guess."""

    def to_internal_value(self, data: Any) -> datetime:
        """The aware instant in UTC."""
        if not isinstance(data, str):
            raise serializers.ValidationError("This is not a time like 2026-03-01T08:00:00Z.")
        try:
            return parse_instant(data)
        except ValueError as error:
            raise serializers.ValidationError(f"This {error}.") from None

    def to_representation(self, value: datetime) -> str:
        """UTC with Z."""
        return format_instant(value)
