"""Strict bodies: what is not known is refused, so that a misspelt field is never silently ignored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.instants import format_instant, parse_instant


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know, and values of another type than the document says."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; ValidationError names each field that is unknown or would be converted."""
        if isinstance(data, Mapping):
            refused = {str(name): ["This field is not known."] for name in data if name not in self.fields}
            for name in self.fields.keys() & data.keys():
                if reason := _conversion(self.fields[name], data[name]):
                    refused[name] = [reason]
            if refused:
                raise serializers.ValidationError({name: refused[name] for name in sorted(refused)})
        return super().to_internal_value(data)


def _conversion(field: Any, value: Any) -> str:
    """Why a value is refused that DRF would make one of the field's type; empty where it would not."""
    if isinstance(field, serializers.ListField):
        each = value if isinstance(value, list) else []
        return next(filter(None, (_conversion(field.child, one) for one in each)), "")
    if isinstance(field, serializers.BooleanField):
        return "" if value is None or isinstance(value, bool) else "This is neither true nor false."
    if isinstance(field, (serializers.CharField, serializers.UUIDField)) and isinstance(value, (int, float)):
        return "This is not text."
    return ""


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
