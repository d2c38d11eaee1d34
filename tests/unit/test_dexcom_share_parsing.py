"""Dexcom Share's items: what is a measurement, and what is set aside without harm to the others."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.provenance import Source
from glucose.sources import dexcom_share_parsing as parsing
from glucose.sources.dexcom_share import minutes_to_ask_for
from glucose.sources.port import Measurement, Unusable, Wanted

NOW = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
ITEM = {
    "WT": f"Date({NOW_MS})",
    "ST": f"Date({NOW_MS})",
    "DT": f"Date({NOW_MS}-0300)",
    "Value": 123,
    "Trend": "FortyFiveUp",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


def parse(**changes: Any) -> Measurement:
    return parsing.measurement({**ITEM, **changes}, NOW)


def at(seconds: int) -> Measurement:
    return Measurement(NOW + timedelta(seconds=seconds), 0, 100, Source.DEXCOM_SHARE)


class TestMeasurement:
    def test_the_time_is_the_vendors_and_the_offset_the_phones(self) -> None:
        found = parse(DT=f"Date({NOW_MS - 23_000}-0300)", ST=f"Date({NOW_MS + 3_600_000})")

        assert (found.time, found.utc_offset_minutes) == (NOW, -180)
        assert (found.mg_dl, found.trend, found.out_of_range, found.source) == (123, 4, 0, Source.DEXCOM_SHARE)

    @pytest.mark.parametrize(
        ("hhmm", "minutes"), [("+0000", 0), ("-0000", 0), ("+0545", 345), ("-0930", -570), ("+1400", 840)]
    )
    def test_an_offset_is_in_hours_and_minutes(self, hhmm: str, minutes: int) -> None:
        assert parse(DT=f"Date({NOW_MS}{hhmm})").utc_offset_minutes == minutes

    def test_slashes_and_milliseconds_do_not_matter(self) -> None:
        assert parse(WT=f"/Date({NOW_MS + 999})/", DT=f"/Date({NOW_MS}-0300)/") == parse()

    @pytest.mark.parametrize(
        ("trend", "code"),
        [
            ("DoubleDown", 1),
            ("SingleDown", 1),
            ("FortyFiveDown", 2),
            ("Flat", 3),
            ("FortyFiveUp", 4),
            ("SingleUp", 5),
            ("DoubleUp", 5),
            ("None", 0),
            ("NotComputable", 0),
            ("RateOutOfRange", 0),
            (7, 1),
            (5, 2),
            (4, 3),
            (1, 5),
            (0, 0),
            (9, 0),
            (10, 0),
            (-1, 0),
            (True, 0),
            ("sideways", 0),
            (None, 0),
        ],
    )
    def test_a_trend_is_a_word_or_a_number_and_else_none(self, trend: Any, code: int) -> None:
        assert parse(Trend=trend).trend == code

    @pytest.mark.parametrize(
        ("value", "stored"),
        [(39, (40, -1)), (13, (40, -1)), (40, (40, 0)), (400, (400, 0)), (401, (400, 1)), (1000, (400, 1))],
    )
    def test_beyond_the_sensors_range_its_limit_is_stored_with_a_flag(
        self, value: int, stored: tuple[int, int]
    ) -> None:
        found = parse(Value=value)

        assert (found.mg_dl, found.out_of_range) == stored

    @pytest.mark.parametrize("value", [None, True, "123", [], 0, 5, 12, -40, 1001, float("nan"), float("inf")])
    def test_a_code_of_the_sensor_or_no_number_is_no_value(self, value: Any) -> None:
        with pytest.raises(ValueError, match="no usable Value"):
            parse(Value=value)

    @pytest.mark.parametrize(
        "changes",
        [
            {"WT": None},
            {"WT": NOW_MS},
            {"WT": "Date()"},
            {"WT": f"Date({NOW_MS}"},
            {"WT": f"Date(-{NOW_MS})"},
            {"WT": "Date(٣٣٣)"},
            {"WT": f"Date({'9' * 15})"},
            {"DT": None},
            {"DT": f"Date({NOW_MS})"},
            {"DT": f"Date({NOW_MS}+0560)"},
            {"DT": f"Date({NOW_MS}+1815)"},
        ],
    )
    def test_without_a_time_and_an_offset_it_is_set_aside(self, changes: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="an item"):
            parse(**changes)

    def test_ten_minutes_ahead_is_a_clock_and_more_is_none(self) -> None:
        ahead = NOW_MS + 600_000

        assert parse(WT=f"Date({ahead})").time == NOW + timedelta(minutes=10)
        with pytest.raises(ValueError, match="ahead"):
            parse(WT=f"Date({ahead + 1000})")


class TestMeasurements:
    def test_what_does_not_parse_is_counted_and_the_rest_goes_on(self) -> None:
        unusable: list[Unusable] = []
        broken: list[Any] = [None, {}, "text", {**ITEM, "Value": None}, {**ITEM, "DT": "today"}]

        found = parsing.measurements([*broken, ITEM, ITEM], NOW, unusable)

        assert found == [parse()]
        assert len(unusable) == len(broken) + 1

    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "WT": st.sampled_from([ITEM["WT"], "Date(0)", "/Date(1)/"]) | JSON,
                    "DT": st.sampled_from([ITEM["DT"], "Date(1+9959)"]) | JSON,
                    "Value": st.integers(0, 500) | JSON,
                    "Trend": st.sampled_from(["Flat", 8]) | JSON,
                }
            )
            | JSON,
            max_size=20,
        )
    )
    def test_every_item_is_a_plausible_measurement_or_counted(self, items: list[Any]) -> None:
        unusable: list[Unusable] = []

        found = parsing.measurements(items, NOW, unusable)

        assert len(found) + len(unusable) == len(items)
        assert all(40 <= one.mg_dl <= 400 and 0 <= one.trend <= 5 for one in found)
        assert len({one.time for one in found}) == len(found)

    @given(
        st.integers(946_684_800, int(NOW.timestamp())), st.integers(-1080, 1080), st.integers(40, 400), st.booleans()
    )
    def test_what_the_vendor_wrote_is_read_back(self, seconds: int, offset: int, mg_dl: int, slashes: bool) -> None:
        sign, (hours, minutes) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
        form = "/Date({})/" if slashes else "Date({})"
        times = {
            "WT": form.format(seconds * 1000),
            "DT": form.format(f"{seconds * 1000}{sign}{hours:02d}{minutes:02d}"),
        }

        found = parse(**times, Value=mg_dl)

        assert (found.time.timestamp(), found.utc_offset_minutes, found.mg_dl) == (seconds, offset, mg_dl)


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("ago", "minutes"),
        [(0, 1), (1, 1), (60, 1), (61, 2), (300, 5), (86_400, 1440), (86_401, 1440), (-1, 1440), (10**8, 1440)],
    )
    def test_the_minutes_reach_back_to_the_newest_and_a_day_at_most(self, ago: int, minutes: int) -> None:
        assert minutes_to_ask_for(Wanted(NOW - timedelta(seconds=ago)), NOW) == minutes

    def test_without_a_newest_and_with_history_it_is_a_day(self) -> None:
        assert minutes_to_ask_for(Wanted(None), NOW) == 1440
        assert minutes_to_ask_for(Wanted(NOW, history=True), NOW) == 1440
