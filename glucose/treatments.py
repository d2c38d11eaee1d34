"""Insulin and carbohydrates that somebody took. Pure."""

from enum import StrEnum, unique


@unique
class TreatmentKind(StrEnum):
    """What was taken."""

    RAPID_INSULIN = "rapid_insulin"
    LONG_INSULIN = "long_insulin"
    BASAL_INSULIN = "basal_insulin"
    CARBOHYDRATES = "carbohydrates"
