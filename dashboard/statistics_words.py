"""What the script of a patient's statistics says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _


def statistics_words() -> dict[str, Any]:
    """By the names that `statistics.js` uses; `{…}` is filled in there."""
    return {
        "groups": {
            "": _("Glucose"),
            "sufficiency": _("Data"),
            "time_in_range": _("Time in ranges"),
            "risk": _("Risk"),
            "variability": _("Variability"),
            "episodes": _("Episodes"),
        },
        "metric": _("Number"),
        "value": _("Value"),
        "before": _("Before"),
        "change": _("Change"),
        "why": _("Why?"),
        "why_of": _("Why {title} is {value}"),
        "formula": _("Formula"),
        "basis": _("Computed from"),
        "inputs": _("What went in"),
        "null_when": _("No number where"),
        "source": _("Source"),
        "tools": _("As other programs count it"),
        "same": _("{tool}: the same"),
        "differs": _("{tool}: {value} ({why})"),
        "not_reproduced": _("{tool}: not reproduced here"),
        "readings": _(
            "{used} readings from {first} to {last} stand for {minutes} minutes; {excluded} more are excluded."
        ),
        "none": _("No readings in these days."),
        "insufficient": _("Too little data to judge:"),
        "failed": _("The statistics could not be loaded."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "met": _("goal met"),
        "missed": _("goal missed"),
        "loading": _("is being loaded …"),
    }
