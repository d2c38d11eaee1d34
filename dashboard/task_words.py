"""What the script of the tasks says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words


def task_words() -> dict[str, Any]:
    """By the names that `tasks.js` uses; `{…}` is filled in there."""
    return list_words(none=_("No tasks yet. Syncs, imports and rebuilds that you ask for are listed here.")) | {
        "kinds": {
            "librelinkup_sync": _("Sync of a LibreLinkUp account"),
            "librelinkup_accept_terms": _("Acceptance of a vendor's terms"),
            "dexcom_share_sync": _("Sync of a Dexcom Share account"),
            "import_file": _("Import of a file"),
            "rebuild_state": _("Rebuild of a patient's state"),
        },
        "states": {
            "pending": _("waiting"),
            "processing": _("in progress"),
            "done": _("done"),
            "failed": _("failed"),
            "cancelled": _("cancelled"),
        },
        "asked": _("asked for {moment}"),
        "finished": _("ended {moment}"),
        "attempts": _("attempt {count}"),
        "cancelling": _("being cancelled"),
        "cancel": _("Cancel"),
        "retry": _("Try again"),
        "sure": _("Cancel this task? What it has done so far stays."),
        "progress": _("Progress"),
    }
