"""What the script of a patient's trend says, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _


def trend_words() -> dict[str, Any]:
    """By the names that `trend.js` uses; `{…}` is filled in there."""
    return {
        "chart": _(
            "{count} readings from {start} to {end}, between {lowest} and {highest}; {share} in the target range."
        ),
        "empty": _("No readings from {start} to {end}."),
        "newest": _("Show the newest readings"),
        "loading": _("The readings are being loaded …"),
        "failed": _("The readings could not be loaded."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "reading": _("{value} {unit} at {moment}"),
        "glucose": _("Glucose"),
        "time": _("Time"),
        "target_range": _("target range"),
        "excluded": _("excluded from statistics"),
        "no_marks": _("No notes, treatments or new sensors in this period."),
        "selected": _("Selected: {start} to {end}."),
        "marked": _("One end of a range is at {moment}; x at another reading is the other end."),
        "sensor": _("new sensor"),
        "treatments": treatment_kinds(),
        "note": _("note"),
        "shown_first": _("The first {count} of {all} readings; choose a shorter period to see the others."),
        "kinds": {
            "hypo_level1": _("Low"),
            "hypo_level2": _("Very low"),
            "hypo_extended": _("Long low"),
            "hyper_level1": _("High"),
            "hyper_level2": _("Very high"),
        },
        "episode": _("{kind}, {minutes} min, {extreme}"),
        "no_episodes": _("No episodes in this period."),
        "goals": {
            "target": _("In the target range"),
            "below": _("Below the target range"),
            "very_low": _("Very low"),
            "above": _("Above the target range"),
            "very_high": _("Very high"),
            "cv_percent": _("Coefficient of variation"),
        },
        "met": _("goal met"),
        "missed": _("goal missed"),
        "comparisons": {
            "above": _("more than {limit}"),
            "below": _("less than {limit}"),
            "at_most": _("at most {limit}"),
        },
        "mean": _("Mean"),
        "gmi": _("Glucose management indicator"),
        "active": _("Sensor active"),
        "insufficient": _("Too little data to judge:"),
    }


def treatment_kinds() -> dict[str, str]:
    """The words of each kind of treatment."""
    return {
        "rapid_insulin": _("rapid-acting insulin"),
        "long_insulin": _("long-acting insulin"),
        "other_insulin": _("insulin"),
        "basal": _("basal insulin of a pump"),
        "carbohydrates": _("carbohydrates"),
    }
