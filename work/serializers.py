"""Tasks and dead letters as clients see them."""

from typing import Any

from rest_framework import serializers

from work.models import DeadLetter, Task
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
