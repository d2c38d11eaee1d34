"""The tables of readings, exclusions, treatments, sensors, gaps, and of the vendors' accounts that they come from."""

from glucose.models.exclusions import Exclusion
from glucose.models.gaps import Gap, GapLedger
from glucose.models.readings import LateRange, LatestReading, Reading
from glucose.models.sensors import Sensor
from glucose.models.sources import AccountEvent, SetAside, SourceAccount, SourceKind, VendorPatient
from glucose.models.treatments import Treatment, TreatmentRemoval

__all__ = [
    "AccountEvent",
    "Exclusion",
    "Gap",
    "GapLedger",
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
