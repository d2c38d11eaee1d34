"""What an operator sees of the vendor's accounts: how they stand, nothing that opens them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from glucose.models import SourceAccount


@admin.register(SourceAccount)
class SourceAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only looked at; the clinic changes its accounts through the API."""

    list_display = ("id", "clinic", "state", "last_success_at", "next_attempt_at", "quarantined")
    list_filter = ("state", "clinic")
    fields = (*list_display, "state_detail", "region", "people_seen_at", "created_at")
    list_select_related = ("clinic",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceAccount]:
        """Without the vendor's secrets, which are not even read."""
        return super().get_queryset(request).defer("email", "password", "token", "vendor_user_id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only looked at."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False
