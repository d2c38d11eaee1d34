"""What of insulin and carbohydrates is plausible."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from glucose.treatments import MOST, UNITS, Treatment, TreatmentKind, kept, refusal

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BOLUS = Treatment(NOW, 0, TreatmentKind.RAPID_INSULIN, Decimal(4), "U")
BASAL = Treatment(NOW, 0, TreatmentKind.BASAL, Decimal(1), "U", 60)
MEAL = Treatment(NOW, 0, TreatmentKind.CARBOHYDRATES, Decimal(60), "g")


@pytest.mark.parametrize(
    "treatment",
    [
        BOLUS,
        BASAL,
        MEAL,
        replace(BOLUS, time=NOW + timedelta(minutes=10)),
        replace(BOLUS, time=datetime(1999, 1, 1, tzinfo=UTC)),
        replace(BOLUS, minutes=1440),
        replace(BOLUS, amount=Decimal(150)),
        replace(BOLUS, amount=Decimal("0.025")),
        replace(BASAL, amount=Decimal(0)),
        replace(BASAL, amount=Decimal(50)),
        replace(MEAL, amount=Decimal(1000)),
        replace(BOLUS, kind=TreatmentKind.LONG_INSULIN, amount=Decimal(300)),
        replace(BOLUS, utc_offset_minutes=-1080),
    ],
)
def test_what_can_be_is_not_refused(treatment: Treatment) -> None:
    assert refusal(treatment, NOW) is None


@pytest.mark.parametrize(
    ("treatment", "reason"),
    [
        (replace(BOLUS, time=NOW + timedelta(minutes=10, seconds=1)), "ahead"),
        (replace(BOLUS, time=datetime(1998, 12, 31, 23, 59, tzinfo=UTC)), "1999"),
        (replace(BOLUS, utc_offset_minutes=1081), "offset"),
        (replace(BOLUS, unit="g"), "rapid_insulin is in U"),
        (replace(MEAL, unit="U"), "carbohydrates is in g"),
        (replace(BOLUS, unit=""), "is in U"),
        (replace(BOLUS, amount=Decimal(0)), "up to 150 U"),
        (replace(BOLUS, amount=Decimal("-1")), "up to 150 U"),
        (replace(BOLUS, amount=Decimal("0.00004")), "up to 150 U"),
        (replace(BOLUS, amount=Decimal("150.1")), "up to 150 U"),
        (replace(BOLUS, amount=Decimal("NaN")), "up to 150 U"),
        (replace(BOLUS, amount=Decimal("Infinity")), "up to 150 U"),
        (replace(MEAL, amount=Decimal(1001)), "up to 1000 g"),
        (replace(BOLUS, minutes=0), "1 to 1440"),
        (replace(BOLUS, minutes=1441), "1 to 1440"),
        (replace(BASAL, minutes=None), "some minutes"),
        (replace(BASAL, amount=Decimal("50.1")), "50 U an hour"),
        (replace(BASAL, minutes=5, amount=Decimal(5)), "50 U an hour"),
        (replace(BASAL, amount=Decimal("-0.1")), "50 U an hour"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(treatment: Treatment, reason: str) -> None:
    assert reason in (refusal(treatment, NOW) or "")


@given(
    kind=some.sampled_from(sorted(MOST)),
    amount=some.decimals(allow_nan=True, allow_infinity=True),
    minutes=some.none() | some.integers(1, 1440),
)
def test_whatever_passes_is_stored_as_it_is_compared(kind: TreatmentKind, amount: Any, minutes: int | None) -> None:
    treatment = Treatment(NOW, 0, kind, amount, UNITS[kind], minutes)
    if refusal(treatment, NOW) is None:
        stored = kept(treatment.amount)
        assert 0 < stored <= MOST[kind]
        assert abs(stored - amount) <= Decimal("0.00005")
        assert kept(stored) == stored
