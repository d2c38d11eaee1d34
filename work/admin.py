"""What an operator sees of background work: how it goes, not what of."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from work import dead_letters, delivery
from work.errors import AlreadyRequeued, DeadLetterNotFound, EntryNotGivenUp
from work.models import DeadLetter, OutboxEntry, ScheduledRun, Task
from work.runs import schedules


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


@admin.register(DeadLetter)
class DeadLetterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Sent again, or discarded, which the page for that asks to confirm. Arguments are not shown, as with tasks."""

    list_display = ("id", "actor", "queue", "reason", "attempts", "died_at", "requeued_at")
    list_filter = ("queue", "actor", ("requeued_at", admin.EmptyFieldListFilter))
    fields = (*list_display, "clinic_id", "task_id", "requeued_by")
    readonly_fields = fields
    ordering = ("-id",)
    actions = ("requeue",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadLetter]:
        """Without what may name patients."""
        return super().get_queryset(request).defer("arguments")

    @admin.action(description="Send the selected dead letters again", permissions=["view"])
    def requeue(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Each of them, as far as it goes; what went wrong is told."""
        sent, wrong = 0, ""
        for letter_id in queryset.order_by("id").values_list("id", flat=True):
            try:
                dead_letters.requeue(dead_letters.letters(), letter_id, by=request.user.pk, now=timezone.now())
                sent += 1
            except (AlreadyRequeued, DeadLetterNotFound) as error:
                wrong = str(error)
            except (BrokerError, RedisError):
                wrong = "Redis does not answer."
                break
        if sent:
            self.message_user(request, f"{sent} sent again.", messages.SUCCESS)
        if wrong:
            self.message_user(request, wrong, messages.ERROR)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The worker writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was given up is as it was."""
        return False


@admin.register(OutboxEntry)
class OutboxEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What waits and what was given up, and why; the latter can be sent again."""

    list_display = ("id", "kind", "state", "attempts", "error", "put_at", "next_attempt_at", "settled_at")
    list_display_links = None
    list_filter = ("state", "kind")
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.action(description="Send again what was given up", permissions=["view"])
    def send_again(self, request: HttpRequest, rows: "QuerySet[OutboxEntry]") -> None:
        """Let the chosen ones wait again; those that were not given up stay as they are."""
        sent = 0
        for entry_id in rows.values_list("id", flat=True):
            try:
                delivery.send_again(entry_id, timezone.now())
                sent += 1
            except EntryNotGivenUp:
                continue
        self.message_user(request, f"{sent} wait to be sent again.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEntry]:
        """What is not delivered yet, without the ids of whom it is about."""
        waiting = super().get_queryset(request).exclude(state=OutboxEntry.State.DELIVERED)
        return waiting.defer("payload", "lane", "key")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only looked at, and sent again."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at, and sent again."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at, and sent again."""
        return False


@admin.register(ScheduledRun)
class ScheduleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page with all periodic work; its rows are periods, of which there are too many to look at."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Each schedule with its last and its next run."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        # Which actors there are is known to the project package only.
        import_string(settings.ACTORS)()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Periodic work"),
            "schedules": schedules(timezone.now()),
        }
        return TemplateResponse(request, "operators/schedules.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only looked at."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False
