"""Notes as clients see them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from api.bodies import InstantField, StrictSerializer
from patients.care_models import Note, NoteVersion

MAX_TEXT = 10_000


class NoteTextSerializer(StrictSerializer):
    """What a note says from now on."""

    text = serializers.CharField(max_length=MAX_TEXT)


class NoteBodySerializer(NoteTextSerializer):
    """A new note; about the patient where no time is said, about a moment where no end is."""

    start = InstantField(required=False, allow_null=True, help_text="The moment, or the first instant of a range.")
    end = InstantField(required=False, allow_null=True, help_text="The first instant after the range.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An end after its start."""
        start, end = attrs.get("start"), attrs.get("end")
        if end is not None and (start is None or end <= start):
            raise serializers.ValidationError({"end": "A range ends after its start."})
        return attrs


class WriterSerializer(serializers.Serializer[Any]):
    """Who did it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class NoteVersionSerializer(serializers.Serializer[Any]):
    """What a note says, or said before."""

    text = serializers.CharField()
    author = WriterSerializer()
    written_at = serializers.DateTimeField()


class NoteSerializer(NoteVersionSerializer):
    """A note with what it said before, oldest first."""

    id = serializers.UUIDField()
    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    former = NoteVersionSerializer(many=True)
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_by = WriterSerializer(allow_null=True)


def note_answer(note: Note) -> dict[str, Any]:
    """A note, ready for JSON."""
    *former, current = note.versions.all()
    return {
        "id": note.id,
        "start": note.start,
        "end": note.end,
        **_version(current),
        "former": [_version(one) for one in former],
        "removed_at": note.removed_at,
        "removed_by": writer_answer(note.removed_by) if note.removed_by else None,
    }


def writer_answer(user: User) -> dict[str, Any]:
    """Somebody by their name."""
    return {"id": user.id, "name": user.name}


def _version(version: NoteVersion) -> dict[str, Any]:
    return {"text": version.text, "author": writer_answer(version.author), "written_at": version.written_at}
