"""What the script of a patient's daily pattern says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _


def pattern_words() -> dict[str, Any]:
    """By the names that `pattern.js` uses; `{…}` is filled in there."""
    return {
        "profile": _(
            "{days} days with data, {readings} readings. The median is lowest at {low_at} with {low}, and highest at"
            " {high_at} with {high}; the target range is {from} to {to} {unit}."
        ),
        "empty": _("No readings in these days."),
        "failed": _("The profile could not be loaded."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "insufficient": _("Too little data to judge:"),
        "time": _("Time of day"),
        "median": _("median"),
        "inner": _("25 to 75 %"),
        "outer": _("5 to 95 %"),
        "target": _("target range"),
        "day": _("{date}: {share} in range, mean {mean}, from {lowest} to {highest}"),
        "no_day": _("{date}: no readings"),
        "hours": _("{hours} hours"),
    }
