"""Imports as clients see them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.bodies import StrictSerializer
from glucose.files.port import DATE_ORDERS, FORMATS
from glucose.import_uploads import SentFile
from glucose.models import GIVEN_UP, GIVEN_UP_WORDS, Import
from glucose.selectors.imports import Line
from patients.serializers import known_zone

NEITHER: dict[str, Any] = {"invalid_choice": f"This is neither {' nor '.join(DATE_ORDERS)}."}


@extend_schema_field(OpenApiTypes.BINARY)
class SentFileField(serializers.Field[SentFile, Any, str, SentFile]):
    """The file of a form."""

    def to_internal_value(self, data: Any) -> SentFile:
        """What is stored of it."""
        if not isinstance(data, SentFile):
            raise serializers.ValidationError("This is not a file: send it as one, with a file name.")
        if not data.size:
            raise serializers.ValidationError("This file is empty.")
        return data

    def to_representation(self, value: SentFile) -> str:
        """Never asked for."""
        return str(value.id)


class NewImportSerializer(StrictSerializer):
    """A file, and what it does not say of itself."""

    file = SentFileField()
    patient = serializers.UUIDField()
    format = serializers.ChoiceField(choices=FORMATS, required=False, help_text="By the file itself where absent.")
    timezone = serializers.CharField(
        max_length=64,
        required=False,
        validators=[known_zone],
        help_text="Of the clock that wrote the file; the zones that the patient lived in where absent.",
    )
    date_order = serializers.ChoiceField(
        choices=DATE_ORDERS,
        required=False,
        error_messages=NEITHER,
        help_text="By the dates of the file where absent; asked for if need be.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only say what would be stored.")


class StartSerializer(StrictSerializer):
    """How to begin an import whose file is there already."""

    date_order = serializers.ChoiceField(choices=DATE_ORDERS, required=False, error_messages=NEITHER)


class ImportBegunSerializer(serializers.Serializer[Any]):
    """An import that goes on in the background, and its task."""

    id = serializers.UUIDField()
    task = serializers.UUIDField()


class RefusedCountSerializer(serializers.Serializer[Any]):
    """How many lines were refused for a reason."""

    code = serializers.CharField()
    count = serializers.IntegerField()


class RefusedLineSerializer(serializers.Serializer[Any]):
    """A line that was refused; the words repeat nothing of it."""

    line = serializers.IntegerField()
    code = serializers.CharField()
    words = serializers.CharField()


class ImportWarningSerializer(serializers.Serializer[Any]):
    """Something to look at before it is stored."""

    code = serializers.CharField()
    words = serializers.CharField()


class ImportErrorSerializer(serializers.Serializer[Any]):
    """Why an import failed."""

    code = serializers.CharField()
    words = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="What of the request is to be said, or said otherwise.")
    choices = serializers.ListField(child=serializers.CharField(), help_text="What it can be; empty without a field.")


class ImportSerializer(serializers.Serializer[Any]):
    """An import. In a dry run, `stored` and `duplicates` are what would be."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField()
    task = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=[str(state) for state in Import.State])
    error = ImportErrorSerializer(allow_null=True)
    dry_run = serializers.BooleanField()
    has_file = serializers.BooleanField(help_text="Whether the file is still kept, so that it can be started.")
    size = serializers.IntegerField(help_text="Of the file, in bytes.")
    format = serializers.ChoiceField(choices=FORMATS, allow_null=True, help_text="As it was found; null before.")
    date_order = serializers.CharField(allow_null=True)
    timezone = serializers.CharField(allow_null=True, help_text="Null: the zones that the patient lived in.")
    progress = serializers.FloatField(min_value=0, max_value=1)
    lines = serializers.IntegerField()
    glucose = serializers.IntegerField()
    treatments = serializers.IntegerField()
    stored = serializers.IntegerField(help_text="Readings that were new.")
    duplicates = serializers.IntegerField(help_text="Readings whose minutes another one tells already.")
    stored_treatments = serializers.IntegerField()
    duplicate_treatments = serializers.IntegerField()
    refused = RefusedCountSerializer(many=True)
    first_refused = RefusedLineSerializer(many=True)
    start = serializers.DateTimeField(allow_null=True, help_text="The first reading's time.")
    end = serializers.DateTimeField(allow_null=True, help_text="The last reading's time.")
    warnings = ImportWarningSerializer(many=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


ASKED_FOR: dict[str, tuple[str, tuple[str, ...]]] = {
    "date_order_needed": ("date_order", DATE_ORDERS),
    "date_order_wrong": ("date_order", DATE_ORDERS),
    "other_format": ("format", FORMATS),
}
COUNTED = (
    "lines",
    "glucose",
    "treatments",
    "stored",
    "duplicates",
    "stored_treatments",
    "duplicate_treatments",
)


def import_answer(found: Import, refused: list[Line]) -> dict[str, Any]:
    """An import with its first refused lines, ready for JSON."""
    return {
        "id": found.id,
        "patient": found.patient_id,
        "task": found.task_id,
        "state": found.state,
        "error": _error(found),
        "dry_run": found.dry_run,
        "has_file": found.file_id is not None,
        "size": found.size,
        "format": found.format_found or found.format or None,
        "date_order": found.date_order_found or found.date_order or None,
        "timezone": found.timezone or None,
        "progress": min(found.progress, 1.0),
        **{name: getattr(found, name) for name in COUNTED},
        "refused": [{"code": code, "count": count} for code, count in sorted(found.refused.items())],
        "first_refused": [{"line": line, "code": code, "words": words} for line, code, words in refused],
        "start": found.first_time,
        "end": found.last_time,
        "warnings": found.warnings,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
    }


def _error(found: Import) -> dict[str, Any] | None:
    if not found.error_code:
        return None
    field, choices = ASKED_FOR.get(found.error_code, (None, ()))
    # The database notes that one, and cannot write what is ciphertext.
    words = GIVEN_UP_WORDS if found.error_code == GIVEN_UP else found.error
    return {"code": found.error_code, "words": words, "field": field, "choices": choices}
