"""A task as clients see it."""

from typing import Any

from rest_framework import serializers

from work.models import Task


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
