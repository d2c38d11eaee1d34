"""What the scripts of the developers' page say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import Scope
from dashboard.list_words import list_words


def scope_words() -> dict[str, str]:
    """What a key with each scope may do."""
    return {
        Scope.PATIENTS_READ.value: _("Read patients"),
        Scope.PATIENTS_WRITE.value: _("Add and change patients"),
        Scope.READINGS_READ.value: _("Read readings"),
        Scope.READINGS_WRITE.value: _("Send readings"),
        Scope.TREATMENTS_READ.value: _("Read treatments"),
        Scope.TREATMENTS_WRITE.value: _("Send treatments"),
        Scope.STATISTICS_READ.value: _("Read statistics"),
        Scope.IMPORTS_WRITE.value: _("Import files"),
    }


def example_words() -> dict[str, str]:
    """What each example is for."""
    return {
        "key_curl": _("With a service key, by curl: the statistics of a patient"),
        "key_python": _("With a service key, by Python: the newest readings"),
        "password_curl": _("With your password, by curl: a patient"),
    }


def developer_words() -> dict[str, Any]:
    """By the names that the scripts of the page use; `{…}` is filled in there."""
    return {
        "copy": _("Copy"),
        "copied": _("Copied."),
        "select": _("The browser does not let pages copy. The text is selected: copy it with the keyboard."),
        "keys": list_words(none=_("No service keys yet. A program signs in by one instead of a user's password."))
        | {
            "scopes": scope_words(),
            "made": _("made {moment}"),
            "used": _("last used {moment}"),
            "unused": _("never used"),
            "expires": _("expires {moment}"),
            "expired": _("expired {moment}"),
            "old_until": _("the secret before works until {moment}"),
            "rotate": _("New secret"),
            "delete": _("Delete"),
            "sure_delete": _("Delete the key {name}?"),
            "sure_delete_text": _("The program that uses it is refused from now on. This cannot be undone."),
            "sure_rotate": _("Make a new secret for {name}?"),
            "sure_rotate_text": _(
                "The secret before goes on to work for 24 hours, so that the program can be changed."
            ),
            "secret_of": _("The secret of {name}"),
            "deleted": _("The key {name} is deleted."),
            "scope_missing": _("Choose what the key may do."),
        },
        "webhooks": list_words(none=_("No webhooks. The guide says how a program is told of events."))
        | {
            "test": _("Send a test"),
            "tested": _("A test is on its way; it is listed among the deliveries."),
            "deliveries": _("Deliveries"),
            "no_deliveries": _("Nothing was sent yet."),
            "delivery_states": {
                "waiting": _("waiting"),
                "delivered": _("delivered"),
                "given up": _("given up"),
            },
            "standings": {
                "new": _("nothing sent yet"),
                "delivering": _("delivering"),
                "failing": _("failing"),
                "off": _("off"),
            },
            "attempts": _("attempt {count}"),
        },
        "letters": list_words(none=_("Nothing was given up. Work that fails too often would be listed here."))
        | {
            "died": _("given up {moment} after {count} attempts"),
            "requeued": _("sent again {moment}"),
            "requeue": _("Send again"),
            "discard": _("Discard"),
            "sure_discard": _("Discard {name}?"),
            "sure_discard_text": _("It is not done and not listed any more. This cannot be undone."),
            "done_requeue": _("{name} is sent again."),
            "done_discard": _("{name} is discarded."),
        },
    }
