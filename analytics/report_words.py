"""What a report calls things, in the language that is active."""

from typing import Any, Final

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

from analytics.agp_axes import Words
from analytics.metrics.sufficiency import ENOUGH_DAYS, ENOUGH_PERCENT, Sufficiency
from patients.choices import DiabetesType, TargetSet

COMPARISON: Final = {"above": ">", "below": "<", "at_most": "≤"}
NONE: Final = "\N{EN DASH}"


def percent(value: float | None) -> str:
    """A percentage with one decimal; a dash where there is none."""
    return NONE if value is None else f"{number_format(value, 1)} %"


def limit(value: float) -> str:
    """A goal's limit, with the decimals that it has."""
    return f"{number_format(f'{value:g}')} %"


def band_names() -> dict[str, str]:
    """The consensus bands."""
    return {
        "very_high": _("Very high"),
        "high": _("High"),
        "target": _("Target range"),
        "low": _("Low"),
        "very_low": _("Very low"),
    }


def measure_names() -> dict[str, str]:
    """What a goal is about."""
    return {
        "target": _("Time in target range"),
        "below": _("Time below range"),
        "very_low": _("Time very low"),
        "above": _("Time above range"),
        "very_high": _("Time very high"),
        "cv_percent": _("Coefficient of variation"),
    }


def diabetes_name(kind: str) -> str:
    """The type of diabetes; a dash where nobody recorded it."""
    return {
        DiabetesType.TYPE_1.value: _("Type 1"),
        DiabetesType.TYPE_2.value: _("Type 2"),
        DiabetesType.GESTATIONAL.value: _("Gestational"),
        DiabetesType.LADA.value: "LADA",
        DiabetesType.MODY.value: "MODY",
        DiabetesType.OTHER.value: _("Other type"),
    }.get(kind, NONE)


def targets_name(ranges: str) -> str:
    """Whose goals the report goes by."""
    return {
        TargetSet.T1_T2.value: _("type 1 and type 2 diabetes"),
        TargetSet.OLDER_HIGH_RISK.value: _("older people and high risk"),
        TargetSet.PREGNANCY_T1.value: _("pregnancy with type 1 diabetes"),
        TargetSet.CUSTOM.value: _("the patient's own"),
    }[ranges]


def reason_words(enough: Sufficiency) -> str:
    """Why there is too little data; nothing where there is enough."""
    if enough.sufficient:
        return ""
    if not enough.days_with_data:
        return _("There are no readings in these days.")
    if enough.days < ENOUGH_DAYS:
        return _("The period has {days} days; {needed} are needed.").format(
            days=number_format(f"{enough.days:g}"), needed=ENOUGH_DAYS
        )
    return _("The sensor was active for {active} of the period; {needed} are needed.").format(
        active=percent(enough.active_percent), needed=limit(ENOUGH_PERCENT)
    )


def profile_words() -> Words:
    """What the drawing of the profile says."""
    return Words(
        title=_("Ambulatory glucose profile"),
        nothing=_("No readings"),
        no_readings=_("There are no readings in these days."),
        amount=_("days with data: {days}, readings: {readings}"),
        by_time=_("Glucose by local time of day; {amount}."),
        median_is=_(
            "The median is lowest at {low_at} with {low} {unit} and highest at {high_at} with {high} {unit}."
            " The target range is {target} {unit}."
        ),
        median=_("median"),
        inner=_("25 to 75 %"),
        outer=_("5 to 95 %"),
        target=_("target {target} {unit}"),
        from_to=_("{low} to {high}"),
        point=_format("DECIMAL_SEPARATOR"),
        thousands=_format("THOUSAND_SEPARATOR"),
    )


def _format(name: str) -> str:
    found: Any = get_format(name)
    return str(found)
