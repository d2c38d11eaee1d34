"""What the script of the reviews says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words
from dashboard.today_words import category_words


def outcome_words() -> dict[str, str]:
    """What can come of a review."""
    return {
        "no_change": _("No change"),
        "treatment_changed": _("Treatment changed"),
        "contacted": _("Contacted"),
        "appointment": _("Appointment made"),
        "referred": _("Referred"),
        "other": _("Something else"),
    }


def review_words() -> dict[str, Any]:
    """By the names that `reviews.js` uses; `{…}` is filled in there."""
    return list_words(none=_("Nobody is due for review.")) | {
        "categories": category_words(),
        "outcomes": outcome_words(),
        "due": _("due on {date}"),
        "overdue": _("overdue since {date}, {days} days"),
        "last": _("last reviewed on {date} by {name}: {outcome}"),
        "never": _("never reviewed"),
        "counts": _("{overdue} overdue, {due} due today, {upcoming} later"),
        "before": _("Reviews before"),
        "review": _("Write a review"),
        "saved": _("The review of {name} is saved."),
    }
