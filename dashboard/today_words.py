"""What the script of the clinic's table says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def today_words() -> dict[str, Any]:
    """By the names that `today.js` uses; `{…}` is filled in there."""
    return {
        "patient": _("Patient"),
        "columns": {
            "latest": _("Now"),
            "spark": _("24 hours"),
            "tir": _("Time in range"),
            "mean": _("Mean"),
            "gmi": "GMI",
            "cv": "CV",
            "wear": _("Sensor active"),
            "change": _("Change"),
            "categories": _("Why"),
        },
        "categories": category_words(),
        "bands": {
            "very_low": _("very low"),
            "low": _("low"),
            "target": _("in range"),
            "high": _("high"),
            "very_high": _("very high"),
        },
        "trends": [_("falling fast"), _("falling"), _("steady"), _("rising"), _("rising fast")],
        "insufficient": _("Too little data: the sensor was active for {percent}."),
        "stale": _("no reading since {moment}"),
        "never": _("no reading yet"),
        "there": _("{time} in {place}"),
        "period": _("{days} days. {shown}."),
        "column_shown": _("{column} is shown."),
        "column_hidden": _("{column} is hidden."),
        "not_kept": _("This is not saved: it holds until the page is closed. Try again later."),
        "shown": _("{shown} of {all} patients"),
        "points": _("{points} points against the {days} days before"),
        "no_comparison": _("too little data in the period before"),
        "spark": _("the last 24 hours: from {lowest} to {highest}"),
        "no_spark": _("no reading in the last 24 hours"),
        "failed": _("The patients could not be loaded."),
        "request": _("Request"),
        "offline": _("The server does not answer."),
        "everybody": pgettext("patients", "All"),
        "name_view": _("Name of this view"),
        "kept": _("View saved."),
        "removed": _("View removed."),
        "remove": _("Remove the view {name}"),
        "updated": _("{name}: {value}"),
    }


def category_words() -> dict[str, str]:
    """What the categories of the overview are called on a chip."""
    return {
        "very_low": _("Very low"),
        "any_low": _("Low"),
        "tir_drop": _("Drop in time in range"),
        "low_time_in_range": _("Low time in range"),
        "any_high": _("High"),
        "very_high": _("Very high"),
        "extreme_high": _("Extremely high"),
        "low_use": _("Low use"),
        "meeting_targets": _("Meeting targets"),
        "no_data": _("No data"),
    }


def sort_words() -> dict[str, str]:
    """The orders of the table; `-` is the highest first."""
    return {
        "attention": _("Most urgent first"),
        "name": _("Name"),
        "latest": _("Lowest reading first"),
        "-latest": _("Highest reading first"),
        "age": _("Newest reading first"),
        "-age": _("Longest without a reading first"),
        "tir": _("Lowest time in range first"),
        "-tir": _("Highest time in range first"),
        "change": _("Largest drop first"),
        "-change": _("Largest gain first"),
        "-mean": _("Highest mean first"),
        "mean": _("Lowest mean first"),
        "-gmi": _("Highest GMI first"),
        "-cv": _("Highest CV first"),
        "wear": _("Least sensor use first"),
    }
