"""What a clinic is alarmed of: the kinds of alerts, the rule of each, and what stands where nobody set one. Pure.

A rule is said at two levels, the clinic's and the patient's; what a level does not say is that of the level below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from enum import StrEnum, unique
from typing import Any, Final


@unique
class AlertKind(StrEnum):
    """What an alert is about."""

    URGENT_LOW = "urgent_low"
    LOW = "low"
    HIGH = "high"
    FALLING_FAST = "falling_fast"
    NO_DATA = "no_data"
    SENSOR_ENDING = "sensor_ending"
    ACCOUNT_ACTION = "account_action"


# Told from readings; the others from the clock, from sensors and from accounts.
GLUCOSE: Final = frozenset({AlertKind.URGENT_LOW, AlertKind.LOW, AlertKind.HIGH, AlertKind.FALLING_FAST})


@unique
class Channel(StrEnum):
    """Where an alert goes."""

    PAGE = "page"
    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Rule:
    """When an alert of a kind opens and closes, and whom it reaches; None where the kind has no such thing.

    ``threshold_mg_dl`` is glucose, for falling_fast the fall within 15 minutes; a glucose kind closes ``margin_mg_dl``
    away from it. ``minutes`` is how long it must have lasted, for no_data the silence; ``hours`` is before the end of
    the sensor. ``escalate_after_minutes`` of 0 is never. Quiet hours are local times; none where both are the same.
    ``quiet_zone`` is None for the zone that the patient lives in.
    """

    enabled: bool = True
    threshold_mg_dl: int | None = None
    margin_mg_dl: int | None = None
    minutes: int | None = None
    hours: int | None = None
    escalate_after_minutes: int = 60
    quiet_start: time = time(0)
    quiet_end: time = time(0)
    quiet_zone: str | None = None
    channels: tuple[Channel, ...] = (Channel.PAGE, Channel.WEBHOOK)


EVERYWHERE: Final = (Channel.PAGE, Channel.MAIL, Channel.WEBHOOK)
DEFAULTS: Final[Mapping[AlertKind, Rule]] = {
    AlertKind.URGENT_LOW: Rule(True, 54, 10, 0, escalate_after_minutes=15, channels=EVERYWHERE),
    AlertKind.LOW: Rule(True, 70, 10, 10),
    AlertKind.HIGH: Rule(True, 250, 20, 60),
    AlertKind.FALLING_FAST: Rule(True, 45, 10, 0),
    AlertKind.NO_DATA: Rule(True, minutes=60),
    AlertKind.SENSOR_ENDING: Rule(True, hours=24, escalate_after_minutes=0),
    AlertKind.ACCOUNT_ACTION: Rule(True, escalate_after_minutes=0, channels=EVERYWHERE),
}
SETTINGS: Final = tuple(field.name for field in fields(Rule))
# What a kind cannot be told, and the least and most of the rest.
LIMITS: Final[Mapping[AlertKind, Mapping[str, tuple[int, int]]]] = {
    AlertKind.URGENT_LOW: {"threshold_mg_dl": (40, 70), "margin_mg_dl": (0, 60), "minutes": (0, 60)},
    AlertKind.LOW: {"threshold_mg_dl": (54, 120), "margin_mg_dl": (0, 60), "minutes": (0, 60)},
    AlertKind.HIGH: {"threshold_mg_dl": (120, 450), "margin_mg_dl": (0, 100), "minutes": (0, 120)},
    AlertKind.FALLING_FAST: {"threshold_mg_dl": (15, 120), "margin_mg_dl": (0, 60), "minutes": (0, 60)},
    AlertKind.NO_DATA: {"minutes": (15, 2880)},
    AlertKind.SENSOR_ENDING: {"hours": (1, 72)},
    AlertKind.ACCOUNT_ACTION: {},
}
NUMBERS: Final = ("threshold_mg_dl", "margin_mg_dl", "minutes", "hours")
ESCALATION_MINUTES: Final = (0, 1440)


def effective(kind: AlertKind, *levels: Mapping[str, Any]) -> Rule:
    """The rule that stands: of each setting the first that is said, the patient's level first."""
    said: dict[str, Any] = {}
    for level in (*levels, _said(DEFAULTS[kind])):
        said = {name: value for name, value in level.items() if value is not None} | said
    return Rule(**said)


def _said(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in SETTINGS}
