"""What an operator sees of alerts: the patients whom looking at fails, by id."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics.models import AlertState


@admin.register(AlertState)
class AlertStateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only looked at, and only where it fails: nobody is alarmed of these patients until it is mended."""

    list_display = ("patient_id", "failures", "failing_since", "retry_at", "error")
    fields = list_display
    readonly_fields = fields
    ordering = ("failing_since",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AlertState]:
        """Of the others nothing is said."""
        return super().get_queryset(request).filter(failures__gt=0)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only looked at."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False
