"""What an operator sees of tasks: how they went, not what of."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from work.models import Task


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only looked at. Arguments and results may name patients, and are not shown."""

    list_display = ("id", "kind", "status", "attempts", "created_at", "started_at", "finished_at")
    list_filter = ("status", "kind")
    fields = (*list_display, "queue", "progress", "error", "sent_at")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Without what may name patients."""
        return super().get_queryset(request).defer("arguments", "result")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only looked at."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False
