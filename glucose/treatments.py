"""Insulin and carbohydrates, and what of them is plausible. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
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
# More than pens, pumps and meals have at once, and less than a slip of the decimal point.
MOST: Final[dict[TreatmentKind, int]] = {
    TreatmentKind.RAPID_INSULIN: 150,
    TreatmentKind.LONG_INSULIN: 300,
    TreatmentKind.OTHER_INSULIN: 300,
    TreatmentKind.CARBOHYDRATES: 1000,
}
MOST_BASAL_AN_HOUR: Final = 50
# Amounts are kept to this: finer than any pump's step in five minutes.
STEP: Final = Decimal("0.0001")
MOST_MINUTES: Final = 1440
MOST_OFFSET_MINUTES: Final = 1080
AHEAD: Final = timedelta(minutes=10)
OLDEST: Final = datetime(1999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a patient was given or ate at an instant: in U, carbohydrates in g.

    ``minutes`` is over how long: always of a basal, whose amount is what was given in that time, otherwise of a bolus
    that was spread out.
    """

    time: datetime
    utc_offset_minutes: int
    kind: TreatmentKind
    amount: Decimal
    unit: str
    minutes: int | None = None
    note: str = ""


def kept(amount: Decimal) -> Decimal:
    """The amount as it is stored, by which two treatments are compared."""
    return amount.quantize(STEP, ROUND_HALF_UP)


def refusal(treatment: Treatment, now: datetime) -> str | None:
    """Why it cannot be a treatment; None where it can."""
    return _refusal_of_time(treatment, now) or _refusal_of_minutes(treatment) or _refusal_of_amount(treatment)


def _refusal_of_time(treatment: Treatment, now: datetime) -> str | None:
    if treatment.time > now + AHEAD:
        return "the time is more than 10 minutes ahead"
    if treatment.time < OLDEST:
        return "the time is before 1999"
    if abs(treatment.utc_offset_minutes) > MOST_OFFSET_MINUTES:
        return "the offset is outside of -18 to 18 hours"
    return None


def _refusal_of_minutes(treatment: Treatment) -> str | None:
    if treatment.minutes is None:
        return "a basal is given over some minutes" if treatment.kind is TreatmentKind.BASAL else None
    return None if 1 <= treatment.minutes <= MOST_MINUTES else "the minutes are not 1 to 1440"


def _refusal_of_amount(treatment: Treatment) -> str | None:
    kind, unit = treatment.kind, UNITS[treatment.kind]
    if treatment.unit != unit:
        return f"{kind} is in {unit}"
    if kind is TreatmentKind.BASAL:
        # A pump that is stopped gives nothing, which is told too.
        most = Decimal(MOST_BASAL_AN_HOUR * (treatment.minutes or 0)) / 60
        fits = treatment.amount.is_finite() and 0 <= treatment.amount <= most
        return None if fits else f"the amount is outside of 0 to {MOST_BASAL_AN_HOUR} U an hour"
    fits = treatment.amount.is_finite() and STEP / 2 <= treatment.amount <= MOST[kind]
    return None if fits else f"the amount is not above 0 and up to {MOST[kind]} {unit}"
