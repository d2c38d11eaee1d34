"""What the scripts of a patient's care say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.alert_words import kind_words
from dashboard.list_words import list_words
from dashboard.people_words import assignment_words, role_words
from dashboard.review_words import outcome_words


def rule_words() -> dict[str, Any]:
    """By the names that `care_rules.js` uses; `{…}` is filled in there."""
    return {
        "kinds": kind_words(),
        "levels": {
            "default": _("as everywhere"),
            "clinic": _("as the clinic"),
            "patient": _("this patient's own"),
        },
        "off": _("No alert"),
        "threshold": _("at {value} {unit}"),
        "fall": _("by {value} {unit} in 15 minutes"),
        "minutes": _("for {count} min"),
        "silence": _("after {count} min without a reading"),
        "hours": _("{count} h before the end"),
        "escalate": _("administrators are told after {count} min"),
        "quiet": _("quiet from {start} to {end}"),
        "set_by": _("set {moment} by {name}"),
        "change": _("Change"),
        "change_of": _("Alert: {kind}"),
        "reset": _("As the clinic"),
        "saved": _("The rule is saved: {kind}."),
        "sure_reset": _("Let the clinic's rule stand: {kind}?"),
        "sure_reset_text": _("What was set for this patient alone is not in force any more."),
    }


def care_words() -> dict[str, Any]:
    """By the names that the scripts of the page use."""
    return list_words(none=_("No review yet.")) | {
        "outcomes": outcome_words(),
        "reviewed": _("{date}, {name}"),
        "next": _("next on {date}"),
        "next_cadence": _("next on {date}, by the cadence"),
        "cadence": _("Reviewed every {days} days"),
        "cadence_own": _("Reviewed every {days} days, which is this patient's own cadence"),
        "cadence_none": _("Reviewed when a category calls"),
        "rules": rule_words(),
        "care": assignment_words() | {"roles": role_words()},
    }
