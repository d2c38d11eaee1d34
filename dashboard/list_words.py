"""What every list of the pages says while it loads, where it is empty and where it failed."""

from django.utils.translation import gettext as _


def list_words(*, none: str) -> dict[str, str]:
    """By the names that `lists.js` uses; ``none`` is of the list itself."""
    return {
        "none": none,
        "failed": _("The list could not be loaded."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "again": _("Try again"),
        "more": _("Show more"),
    }
