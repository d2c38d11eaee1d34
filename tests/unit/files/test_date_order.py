"""Whether day or month comes first: by what only one order has, by midnights, and asked for otherwise."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.files import read_file, survey
from glucose.files.dates import DateEvidence, clock, instant, is_ahead, with_offset
from glucose.files.port import DateOrder, DateOrderNeeded, FileNotRead, Moment
from glucose.files.refusals import Unreadable
from tests.unit.files.samples import Style, glucose_of, history, read, refused_of

FIRST = datetime(2026, 3, 4, 10, 0)  # noqa: DTZ001 a wall clock


def trace(first: datetime, count: int, minutes: int = 15) -> list[tuple[datetime, str]]:
    return [(first + timedelta(minutes=minutes * number), "100") for number in range(count)]


def order_of(file: str, said: str | None = None) -> str:
    return survey(io.BytesIO(file.encode()), date_order=said).date_order


class TestOrder:
    @pytest.mark.parametrize("day_first", [True, False])
    @pytest.mark.parametrize("half_days", [True, False])
    def test_a_day_beyond_the_twelfth_decides(self, day_first: bool, half_days: bool) -> None:
        style = Style(day_first=day_first, half_days=half_days)

        assert order_of(history([(FIRST, "100"), (datetime(2026, 3, 13), "100")], style)) == (  # noqa: DTZ001
            "day_first" if day_first else "month_first"
        )

    @pytest.mark.parametrize("day_first", [True, False])
    def test_two_midnights_decide(self, day_first: bool) -> None:
        file = history(trace(FIRST, 3 * 96), Style(day_first=day_first))

        assert order_of(file) == ("day_first" if day_first else "month_first")

    def test_a_day_alone_is_asked_for_with_its_example(self) -> None:
        with pytest.raises(DateOrderNeeded) as error:
            read(history(trace(FIRST, 20)))

        assert error.value.example == "04-03-2026 10:00"

    @pytest.mark.parametrize(("said", "month"), [("day_first", 3), ("month_first", 4)])
    def test_what_a_person_says_is_taken_where_the_dates_do_not_tell(self, said: str, month: int) -> None:
        found = glucose_of(read(history(trace(FIRST, 20)), date_order=said))

        assert {one.at.local.month for one in found if one.at.local} == {month}

    def test_what_a_person_says_against_the_dates_is_refused(self) -> None:
        with pytest.raises(FileNotRead) as error:
            read(history(trace(FIRST, 20 * 96)), date_order="month_first")

        assert error.value.code == "date_order_wrong"

    def test_a_date_that_reads_the_same_both_ways_is_not_asked_for(self) -> None:
        (found,) = glucose_of(read(history([(datetime(2026, 3, 3, 10, 0), "100")])))  # noqa: DTZ001

        assert found.at.local == datetime(2026, 3, 3, 10, 0)  # noqa: DTZ001

    def test_dates_that_contradict_each_other_are_refused_whatever_a_person_says(self) -> None:
        days = history(trace(FIRST, 20 * 96))
        file = days + history(trace(FIRST, 20 * 96), Style(day_first=False)).split("\r\n", 2)[2]

        for said in (None, "day_first"):
            with pytest.raises(FileNotRead) as error:
                read(file, date_order=said)
            assert error.value.code == "date_order_mixed"

    def test_one_wrong_date_among_many_is_refused_alone(self) -> None:
        file = history(trace(FIRST, 20 * 96)) + "a,b,03-31-2026 10:00,0,100" + "," * 14

        assert refused_of(read(file)) == [(1923, "date")]

    def test_a_year_that_comes_first_is_never_asked_for(self) -> None:
        file = history([(FIRST, "100")]).replace("04-03-2026", "2026-03-04")

        assert order_of(file) == "year_first"
        assert [one.at.local for one in glucose_of(read(file))] == [FIRST]

    def test_dates_that_nobody_can_read_are_said_so(self) -> None:
        with pytest.raises(FileNotRead) as error:
            read(history([(FIRST, "100")]).replace("04-03-2026", "the fourth"))

        assert error.value.code == "no_dates"

    @given(
        first=st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
        minutes=st.sampled_from([1, 5, 15, 60, 1440]),
        count=st.integers(1, 300),
        day_first=st.booleans(),
        newest_first=st.booleans(),
    )
    def test_an_order_that_is_told_is_the_true_one(
        self, first: datetime, minutes: int, count: int, day_first: bool, newest_first: bool
    ) -> None:
        evidence, style = DateEvidence(), Style(day_first=day_first)
        times = [style.time(at) for at, _ in trace(first, count, minutes)]
        for time in reversed(times) if newest_first else times:
            evidence.add(time)

        order = evidence.order()

        true = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
        assert order in (true, None) or not evidence.example


class TestClock:
    @pytest.mark.parametrize(
        ("text", "hour"),
        [
            ("04-03-2026 12:00 AM", 0),
            ("04-03-2026 12:00 PM", 12),
            ("04/03/2026 11:59 pm", 23),
            ("04.03.2026 1:00 p. m.", 13),
            ("04-03-2026 01:00 a.m.", 1),
            ("04-03-2026 1:00\u202fPM", 13),
            ("4-3-2026, 13:00", 13),
            ("04-03-2026 13:00:59.999", 13),
            ("2026-03-04T13:00:00", 13),
        ],
    )
    def test_both_clocks_are_read(self, text: str, hour: int) -> None:
        found = clock(text, DateOrder.DAY_FIRST)

        assert (found.date(), found.hour) == (FIRST.date(), hour)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("04-03-2026", "date"),
            ("04-03-2026 24:00", "date"),
            ("04-03-2026 10:60", "date"),
            ("04-03-2026 13:00 PM", "date"),
            ("04-03-2026 00:30 AM", "date"),
            ("31-02-2026 10:00", "date"),
            ("04-03/2026 10:00", "date"),
            ("04-03-26 10:00", "date"),
            ("04-03-2026 10:00 UTC", "date"),
            ("\u0660\u0664-03-2026 10:00", "date"),
            ("=NOW()", "date"),
            ("04-03-1998 10:00", "date_range"),
            ("04-03-0001 10:00", "date_range"),
            ("04-03-9999 10:00", "date_range"),
        ],
    )
    def test_what_is_no_date_is_refused(self, text: str, code: str) -> None:
        with pytest.raises(Unreadable) as error:
            clock(text, DateOrder.DAY_FIRST)

        assert error.value.code == code

    def test_a_file_with_the_year_first_has_no_other_dates(self) -> None:
        with pytest.raises(Unreadable):
            clock("04-03-2026 10:00", DateOrder.YEAR_FIRST)

    @pytest.mark.parametrize("text", ["2026-03-04T10:00:00", "2026-03-04", "2026-03-04T10:00:00+19:00", "now"])
    def test_an_instant_has_a_zone(self, text: str) -> None:
        with pytest.raises(Unreadable):
            instant(text)

    def test_an_offset_is_a_number_of_minutes(self) -> None:
        with pytest.raises(Unreadable):
            with_offset(datetime(2026, 3, 4, tzinfo=UTC), True)


class TestFuture:
    NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("at", "ahead"),
        [
            (Moment(None, NOW + timedelta(minutes=10), None), False),
            (Moment(None, NOW + timedelta(minutes=11), None), True),
            (Moment(FIRST + timedelta(hours=14), None, None), False),
            (Moment(FIRST + timedelta(hours=15), None, None), True),
        ],
    )
    def test_a_wall_clock_is_ahead_only_where_no_zone_has_it_yet(self, at: Moment, ahead: bool) -> None:
        assert is_ahead(at, self.NOW) is ahead

    def test_what_is_still_to_come_is_refused_with_its_line(self) -> None:
        file = history([(datetime(2026, 2, 20), "100"), (datetime(2027, 2, 20), "100")])  # noqa: DTZ001
        records = read_file(io.BytesIO(file.encode()), format=None, date_order=None, now=self.NOW)

        assert refused_of(records) == [(4, "date_range")]
