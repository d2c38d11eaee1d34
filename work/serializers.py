"""Tasks, notifications and dead letters as clients see them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from work.models import DeadLetter, Notification, Task
from work.notifications import words_of
from work.queues import QUEUES


class TaskSerializer(serializers.Serializer[Task]):
    """Where a task stands; ``error`` is null while there is none."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(choices=Task.Status.choices)
    progress = serializers.FloatField(min_value=0, max_value=1)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancel_requested_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when it is to stop; null where nobody cancelled it."
    )
    attempts = serializers.IntegerField()
    error = serializers.SerializerMethodField()
    result = serializers.JSONField(help_text="What it brought; null while there is nothing.")

    def get_error(self, task: Task) -> str | None:
        """The reason in words, or null."""
        return task.error or None


def task_answer(task: Task) -> dict[str, Any]:
    """The fields of a task, ready for JSON."""
    return dict(TaskSerializer(task).data)


class DeadLetterSerializer(serializers.Serializer[DeadLetter]):
    """A message that was given up."""

    id = serializers.UUIDField()
    actor = serializers.CharField(help_text="What was to be done.")
    queue = serializers.ChoiceField(choices=QUEUES)
    arguments = serializers.JSONField(help_text="Ids of what it is about; what was sealed stays so.")
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    died_at = serializers.DateTimeField()
    task = serializers.UUIDField(source="task_id", allow_null=True, help_text="The task that asked for it.")
    requeued_at = serializers.DateTimeField(allow_null=True, help_text="When somebody sent it again.")


def letter_answer(letter: DeadLetter) -> dict[str, Any]:
    """The fields of a dead letter, ready for JSON."""
    return dict(DeadLetterSerializer(letter).data)


class NotificationSerializer(serializers.Serializer[Notification]):
    """What a user is told; ``text`` is made when it is read, by what they may see."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.SerializerMethodField()
    subject = serializers.DictField(help_text='The ids of what it is about, as {"task": id}.')
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def get_text(self, notification: Notification) -> str:
        """What it says to who reads it."""
        return str(self.context["words"][notification.id])


class ReadSerializer(serializers.Serializer[Any]):
    """How many were read by this."""

    read = serializers.IntegerField(min_value=0)


def notification_answers(rows: Sequence[Notification]) -> list[dict[str, Any]]:
    """The fields of each notification, ready for JSON."""
    words = dict(zip([row.id for row in rows], words_of(rows), strict=True))
    return [dict(NotificationSerializer(row, context={"words": words}).data) for row in rows]
