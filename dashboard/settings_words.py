"""What the scripts of the clinic's settings say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.alert_words import alert_words
from dashboard.list_words import list_words
from dashboard.today_words import category_words


def cadence_words() -> dict[str, str]:
    """How often a clinic may review."""
    return {
        "weekly": _("Every week"),
        "two_weekly": _("Every two weeks"),
        "monthly": _("Every month"),
        "custom": _("Every so many days"),
    }


def settings_words() -> dict[str, Any]:
    """By the names that the scripts `settings_….js` use; `{…}` is filled in there."""
    return list_words(none=_("No webhook is set up.")) | {
        "kinds": alert_words()["kinds"],
        "categories": category_words(),
        "fields": {
            "enabled": _("Alerts of this kind"),
            "threshold": _("Threshold, {unit}"),
            "fall": _("Fall within 15 minutes, {unit}"),
            "margin": _("Over again when beyond it by, {unit}"),
            "minutes": _("Lasting at least, minutes"),
            "silence": _("Without a reading for, minutes"),
            "hours": _("Before the sensor's end, hours"),
            "escalate_after_minutes": _("Administrators are told when nobody acknowledged within, minutes (0: never)"),
            "quiet_hours": _("Nobody is told from"),
            "quiet_end": _("Nobody is told until"),
        },
        "channels": {"page": _("On the pages"), "mail": _("By e-mail"), "webhook": _("To webhooks")},
        "goes": _("Where alerts go"),
        "levels": {"default": _("preset"), "clinic": _("set by {name}, {moment}")},
        "off": _("off"),
        "save": _("Save"),
        "saved": _("Saved: {what}"),
        "both_quiet": _("Say both, or neither."),
        "standings": {
            "new": _("nothing sent yet"),
            "delivering": _("is delivered to"),
            "failing": _("fails"),
            "off": _("switched off"),
        },
        "test": _("Send a test"),
        "test_of": _("Send a test to {url}"),
        "sending": _("The test is being sent …"),
        "delivered": _("The test was accepted."),
        "waiting": _("The test was not accepted yet: {error}"),
        "given_up": _("The test was given up: {error}"),
        "still": _("The test waits to be sent; look again later."),
        "switch_on": _("Switch on"),
        "switch_off": _("Switch off"),
        "last_success": _("last accepted {moment}"),
    }
