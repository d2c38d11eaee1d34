"""What every form of the pages says where it was not saved."""

from django.utils.translation import gettext as _


def form_words() -> dict[str, str | dict[int, str]]:
    """By the names that `forms.js` uses."""
    return {
        "not_saved": _("Not saved; what you typed is still here."),
        "needed": _("Say this, please."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "changed": _("Somebody else changed this meanwhile."),
        "refused": {
            401: _("Your session has ended."),
            403: _("Your role does not do this."),
            404: _("It is not there any more, or you may not see it."),
            429: _("Too many requests at once; try again in a minute."),
        },
        "cancel": _("Cancel"),
    }
