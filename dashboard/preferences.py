"""What a member has chosen for their pages, read and kept."""

from typing import Any, Final, Literal, TypedDict
from uuid import UUID

from dashboard.models import Preference
from patients.units import GlucoseUnit

APPEARANCE: Final = "appearance"
TODAY: Final = "today"
KEPT_BY_SCRIPTS: Final = frozenset({TODAY})
MOST_BYTES: Final = 20_000
THEMES: Final = ("auto", "light", "dark")


class Appearance(TypedDict):
    """How every page looks: glucose in which unit, light or dark or as the device is set."""

    unit: str
    theme: Literal["auto", "light", "dark"]


def preference(user_id: UUID, name: str) -> Any:
    """The value; None where the member has chosen nothing."""
    return Preference.objects.filter(user_id=user_id, name=name).values_list("value", flat=True).first()


def keep_preference(user_id: UUID, name: str, value: Any) -> None:
    """Keep the value in place of the one before."""
    Preference.objects.update_or_create(user_id=user_id, name=name, defaults={"value": value})


def appearance(user_id: UUID) -> Appearance:
    """What was chosen, and where nothing was mg/dL and the device's theme."""
    kept = preference(user_id, APPEARANCE) or {}
    return Appearance(unit=kept.get("unit", GlucoseUnit.MG_DL.value), theme=kept.get("theme", "auto"))
