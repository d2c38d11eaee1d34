"""The tables of readings, sensors, gaps, and of the vendors' accounts that they come from."""

from glucose.models.gaps import Gap, GapLedger
from glucose.models.readings import LateRange, LatestReading, Reading
from glucose.models.sensors import Sensor
from glucose.models.sources import AccountEvent, SetAside, SourceAccount, SourceKind, VendorPatient

__all__ = [
    "AccountEvent",
    "Gap",
    "GapLedger",
    "LateRange",
    "LatestReading",
    "Reading",
    "Sensor",
    "SetAside",
    "SourceAccount",
    "SourceKind",
    "VendorPatient",
]
