"""What the script of the notifications says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words


def notification_words() -> dict[str, Any]:
    """By the names that `notifications.js` uses; `{…}` is filled in there."""
    return list_words(none=_("Nothing to read. Alerts and the ends of your tasks are told here.")) | {
        "alert": _("Show the alert"),
        "task": _("Show the task"),
        "read": _("Mark as read"),
        "new": _("new"),
        "patient": _("Show the patient"),
        "marked": _("Marked as read."),
        "all_marked": _("{count} marked as read."),
    }
