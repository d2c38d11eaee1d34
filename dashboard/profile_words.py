"""What the scripts of a patient's health profile and targets say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.form_words import form_words


def profile_words() -> dict[str, Any]:
    """By the names that `profile.js` and `targets.js` use; `{…}` is filled in there."""
    return form_words() | {
        "labels": profile_labels(),
        "again": _("Try again"),
        "updated": _("Last changed {moment}."),
        "never": _("Nobody has written one yet."),
        "saved": _("The health profile is saved."),
        "between": _("This lies between {min} and {max}."),
        "whole": _("A whole number between {min} and {max}."),
        "both": _("Give both ends of the range, or none."),
        "order": _("The lower end is below the upper one."),
        "theirs": _(
            "Somebody else saved this profile {moment}: {values}. Save again to replace it by what you typed, or"
        ),
        "nothing": _("nothing known"),
        "sets": target_sets(),
        "goals": {
            "target": _("more than {limit} in the target range"),
            "below": _("less than {limit} below it"),
            "very_low": _("less than {limit} very low"),
            "above": _("less than {limit} above it"),
            "very_high": _("less than {limit} very high"),
            "cv_percent": _("coefficient of variation at most {limit}"),
        },
        "edges": _("{low} to {high} {unit}"),
        "since": _("since {moment}"),
        "from_the_start": _("from the start"),
        "set_by": _("set by {name}"),
        "current": _("now"),
        "targets_set": _("The new targets stand from now on."),
    }


def profile_labels() -> dict[str, str]:
    """The names of what dosing is based on."""
    return {
        "insulin_sensitivity_mg_dl_per_unit": _("Insulin sensitivity"),
        "carb_ratio_g_per_unit": _("Carbohydrate ratio"),
        "target_low_mg_dl": _("Dosing target from"),
        "target_high_mg_dl": _("Dosing target to"),
    }


def target_sets() -> dict[str, str]:
    """The names of the sets of targets."""
    return {
        "t1_t2": _("Type 1 and type 2"),
        "older_high_risk": _("Older, or at high risk"),
        "pregnancy_t1": _("Pregnancy, type 1"),
        "custom": _("The patient's own"),
    }


def goal_labels() -> dict[str, str]:
    """What each goal of the patient's own asks for, in %."""
    return {
        "target": _("More than, in the target range"),
        "below": _("Less than, below it"),
        "very_low": _("Less than, very low"),
        "above": _("Less than, above it"),
        "very_high": _("Less than, very high"),
        "cv_percent": _("Coefficient of variation at most"),
    }
