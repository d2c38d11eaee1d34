"""Each profile shows its category, whatever the seed."""

import statistics
from dataclasses import dataclass
from typing import Any

import pytest

from simulator.process import SimulatorProcess

NOW_MS = 1_749_988_800_000
DAY_MS = 86_400_000
SEEDS = range(6)


@dataclass(frozen=True)
class Fortnight:
    values: list[int]

    @property
    def active_percent(self) -> float:
        return 100 * len(self.values) / (14 * 288)

    @property
    def cv_percent(self) -> float:
        return 100 * statistics.stdev(self.values) / statistics.fmean(self.values)

    def below(self, edge: int) -> float:
        return 100 * sum(value < edge for value in self.values) / len(self.values)

    def above(self, edge: int) -> float:
        return 100 * sum(value > edge for value in self.values) / len(self.values)

    @property
    def in_range(self) -> float:
        return 100 - self.below(70) - self.above(180)


class TestProfile:
    @pytest.fixture(params=SEEDS)
    def fortnights(self, request: pytest.FixtureRequest, simulator: SimulatorProcess, new_patient: Any) -> Any:
        """The last 14 days, and the 14 before, of a patient with that profile."""

        def of(profile: str) -> tuple[Fortnight, Fortnight]:
            trace = {"kind": "generator", "profile": profile, "seed": request.param}
            patient_id = new_patient(trace=trace, timezone="America/Sao_Paulo")["id"]
            change = NOW_MS - 14 * DAY_MS
            last = simulator.truth(patient_id, change, NOW_MS)
            before = simulator.truth(patient_id, change - 14 * DAY_MS, change)
            return Fortnight(list(last.values())), Fortnight(list(before.values()))

        return of

    def test_meeting_targets_meets_every_goal(self, fortnights: Any) -> None:
        last, _ = fortnights("meeting_targets")

        assert last.in_range > 70
        assert last.below(70) < 4
        assert last.below(54) < 1
        assert last.above(180) < 25
        assert last.above(250) < 5
        assert last.cv_percent < 36
        assert last.active_percent > 85

    def test_very_low_is_below_54_often(self, fortnights: Any) -> None:
        assert fortnights("very_low")[0].below(54) > 1.5

    def test_any_low_is_below_70_often_and_below_54_hardly(self, fortnights: Any) -> None:
        last, _ = fortnights("any_low")

        assert last.below(70) > 4.5
        assert last.below(54) < 1

    def test_low_time_in_range_is_well_below_70_percent(self, fortnights: Any) -> None:
        last, _ = fortnights("low_time_in_range")

        assert last.in_range < 60
        assert last.above(250) < 5

    def test_any_high_is_above_180_for_a_quarter(self, fortnights: Any) -> None:
        assert fortnights("any_high")[0].above(180) > 25.5

    def test_very_high_is_above_250_often(self, fortnights: Any) -> None:
        assert fortnights("very_high")[0].above(250) > 6

    def test_extreme_high_is_above_350_often(self, fortnights: Any) -> None:
        assert fortnights("extreme_high")[0].above(350) > 1.5

    def test_tir_drop_loses_more_than_15_points(self, fortnights: Any) -> None:
        last, before = fortnights("tir_drop")

        assert before.in_range - last.in_range > 18

    def test_low_use_is_active_below_70_percent(self, fortnights: Any) -> None:
        assert 40 < fortnights("low_use")[0].active_percent < 67

    def test_no_data_has_readings_before_only(self, fortnights: Any) -> None:
        last, before = fortnights("no_data")

        assert last.values == []
        assert before.active_percent > 70
