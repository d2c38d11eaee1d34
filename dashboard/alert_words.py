"""What the script of the alerts says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words


def kind_words() -> dict[str, str]:
    """What each kind of alert is called."""
    return {
        "urgent_low": _("Urgent low"),
        "low": _("Low"),
        "high": _("High"),
        "falling_fast": _("Falling fast"),
        "no_data": _("No data"),
        "sensor_ending": _("Sensor ending"),
        "account_action": _("An account needs you"),
    }


def event_words() -> dict[str, str]:
    """What became of an alert; `{…}` is filled in by `alert_history.js`."""
    return {
        "opened": _("noticed"),
        "told": _("those who care were told"),
        "acknowledged": _("acknowledged by {name}"),
        "snoozed": _("snoozed by {name} until {until}"),
        "reminded": _("told again"),
        "escalated": _("administrators were told"),
        "closed": _("closed"),
    }


def alert_words() -> dict[str, Any]:
    """By the names that `alerts.js` uses; `{…}` is filled in there."""
    return list_words(none=_("No alerts here.")) | {
        "kinds": kind_words(),
        "since": _("since {moment}"),
        "ended": _("ended {moment}"),
        "acknowledge": _("Acknowledge"),
        "acknowledged": _("acknowledged by {name}, {moment}"),
        "snoozed": _("snoozed until {moment}"),
        "snooze": _("Snooze"),
        "snooze_for": _("Snooze for {minutes} minutes"),
        "escalated": _("escalated {moment}"),
        "done": _("Done: {what}"),
        "history": _("History"),
        "events": event_words(),
        "rules": _("Rules"),
        "new_alert": _("There is a new alert."),
    }
