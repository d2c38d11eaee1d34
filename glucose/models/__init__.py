"""The tables of readings, exclusions, treatments, sensors, gaps, imports, and of the vendors' accounts."""

from glucose.models.exclusions import Exclusion
from glucose.models.gaps import Gap, GapLedger
from glucose.models.imports import (
    GIVEN_UP,
    GIVEN_UP_WORDS,
    INTERRUPTED,
    Import,
    ImportFile,
    ImportPiece,
    ImportRefusals,
)
from glucose.models.readings import LateRange, LatestReading, Reading
from glucose.models.sensors import Sensor
from glucose.models.sources import AccountEvent, SetAside, SourceAccount, SourceKind, VendorPatient
from glucose.models.treatments import Treatment, TreatmentRemoval

__all__ = [
    "GIVEN_UP",
    "GIVEN_UP_WORDS",
    "INTERRUPTED",
    "AccountEvent",
    "Exclusion",
    "Gap",
    "GapLedger",
    "Import",
    "ImportFile",
    "ImportPiece",
    "ImportRefusals",
    "LateRange",
    "LatestReading",
    "Reading",
    "Sensor",
    "SetAside",
    "SourceAccount",
    "SourceKind",
    "Treatment",
    "TreatmentRemoval",
    "VendorPatient",
]
