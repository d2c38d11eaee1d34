"""Insulin and carbohydrates. Pure."""

from enum import StrEnum, unique
from typing import Final


@unique
class TreatmentKind(StrEnum):
    """What was given or eaten."""

    RAPID_INSULIN = "rapid_insulin"
    LONG_INSULIN = "long_insulin"
    OTHER_INSULIN = "other_insulin"  # mixed, or nobody said which
    BASAL = "basal"  # what a pump gave over some minutes, not its rate
    CARBOHYDRATES = "carbohydrates"


UNITS: Final[dict[TreatmentKind, str]] = {
    kind: "g" if kind is TreatmentKind.CARBOHYDRATES else "U" for kind in TreatmentKind
}
