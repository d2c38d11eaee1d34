"""Units of glucose. Inside, glucose is an integer in mg/dL; mmol/L exists at the edge only. Pure."""

from enum import StrEnum, unique
from typing import Final

MG_DL_PER_MMOL_L: Final = 18.0182


@unique
class GlucoseUnit(StrEnum):
    """How people write glucose."""

    MG_DL = "mg/dL"
    MMOL_L = "mmol/L"


UNITS: Final = tuple(unit.value for unit in GlucoseUnit)


def from_mg_dl(mg_dl: float, unit: str) -> float:
    """The value in the unit, unrounded."""
    return mg_dl if unit == GlucoseUnit.MG_DL else mg_dl / MG_DL_PER_MMOL_L


def to_mg_dl(value: float, unit: str) -> float:
    """The value in mg/dL, unrounded."""
    return value if unit == GlucoseUnit.MG_DL else value * MG_DL_PER_MMOL_L
