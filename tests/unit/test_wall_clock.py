"""Which instant a wall clock's time means: zones, moves, and the hours that come twice or never."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.wall_clock import SERIES_KEPT, WallClock

BERLIN = "Europe/Berlin"
# In 2026 Berlin's clocks go from 02:00 to 03:00 on March 29 and from 03:00 to 02:00 on October 25.
BACK = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=15)


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


def told(clock: WallClock, *locals_: datetime) -> list[str | None]:
    """The instants of a series of lines."""
    found = [clock.instant("s", local) for local in locals_]
    return [one and datetime.fromtimestamp(one[0], UTC).isoformat()[:16] for one in found]


def in_zone(clock: WallClock, text: str) -> tuple[str, int] | None:
    found = clock.instant("s", naive(text))
    return found and (datetime.fromtimestamp(found[0], UTC).isoformat()[:16], found[1])


class TestAZone:
    @pytest.mark.parametrize(
        ("zone", "text", "utc", "offset"),
        [
            (BERLIN, "2026-01-10T08:00", "2026-01-10T07:00", 60),
            (BERLIN, "2026-07-10T08:00", "2026-07-10T06:00", 120),
            ("Asia/Kathmandu", "2026-01-10T08:00", "2026-01-10T02:15", 345),
            ("America/Sao_Paulo", "2026-01-10T23:00", "2026-01-11T02:00", -180),
            ("Australia/Lord_Howe", "2026-01-10T08:00", "2026-01-09T21:00", 660),
        ],
    )
    def test_makes_it_utc(self, zone: str, text: str, utc: str, offset: int) -> None:
        assert in_zone(WallClock([(None, zone)]), text) == (utc, offset)

    def test_has_no_time_that_its_clocks_jumped_over(self) -> None:
        clock = WallClock([(None, BERLIN)])

        found = told(clock, *(naive(f"2026-03-29T{time}") for time in ("01:45", "02:00", "02:59", "03:00")))

        assert found == ["2026-03-29T00:45", None, None, "2026-03-29T01:00"]

    @given(
        st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "America/Sao_Paulo"]),
        st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    )
    def test_is_the_inverse_of_reading_the_clock(self, zone: str, at: datetime) -> None:
        instant = at.replace(microsecond=0, tzinfo=UTC)
        local = instant.astimezone(ZoneInfo(zone))
        clock = WallClock([(None, zone)])
        # The line before tells which of two it is.
        clock.note("s", int((instant - timedelta(minutes=1)).timestamp()))

        found = clock.instant("s", local.replace(tzinfo=None, fold=0))

        offset = local.utcoffset()
        assert offset is not None
        assert found == (int(instant.timestamp()), round(offset.total_seconds() / 60))
        assert clock.offset(instant) == round(offset.total_seconds() / 60)


class TestTheHourThatComesTwice:
    def hours(self) -> list[datetime]:
        """What Berlin's clocks show every quarter of an hour from 00:00 to 03:45 UTC."""
        at = [BACK - timedelta(hours=1) + STEP * number for number in range(16)]
        return [one.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None, fold=0) for one in at]

    def instants(self) -> list[str | None]:
        return [(BACK - timedelta(hours=1) + STEP * number).isoformat()[:16] for number in range(16)]

    def test_is_told_by_lines_that_go_up(self) -> None:
        assert told(WallClock([(None, BERLIN)]), *self.hours()) == self.instants()

    def test_is_told_by_lines_that_go_down(self) -> None:
        assert told(WallClock([(None, BERLIN)]), *reversed(self.hours())) == list(reversed(self.instants()))

    def test_is_told_for_each_device_by_its_own_lines(self) -> None:
        clock = WallClock([(None, BERLIN)])
        found: dict[str, list[str]] = {"a": [], "b": []}
        for local in self.hours():
            for series in found:
                seconds = clock.instant(series, local)
                assert seconds is not None
                found[series].append(datetime.fromtimestamp(seconds[0], UTC).isoformat()[:16])

        assert found == {"a": self.instants(), "b": self.instants()}

    def test_is_the_first_where_no_line_is_before(self) -> None:
        assert told(WallClock([(None, BERLIN)]), naive("2026-10-25T02:30")) == ["2026-10-25T00:30"]

    def test_is_the_same_line_by_line_again(self) -> None:
        hours = [*self.hours(), *self.hours()]

        assert told(WallClock([(None, BERLIN)]), *hours) == told(WallClock([(None, BERLIN)]), *hours)


class TestAMove:
    CLOCK = ((None, BERLIN), (datetime(2026, 5, 10, 10, 0, tzinfo=UTC), "America/Sao_Paulo"))

    def test_changes_the_zone_at_its_instant(self) -> None:
        clock = WallClock(self.CLOCK)

        assert in_zone(clock, "2026-05-09T08:00") == ("2026-05-09T06:00", 120)
        assert in_zone(clock, "2026-05-11T08:00") == ("2026-05-11T11:00", -180)

    def test_to_the_west_repeats_hours_which_the_lines_tell(self) -> None:
        # 11:55 in Berlin, then 07:05 in Sao Paulo, and 08:00 there.
        found = told(WallClock(self.CLOCK), *(naive(f"2026-05-10T{time}") for time in ("11:55", "07:05", "08:00")))

        assert found == ["2026-05-10T09:55", "2026-05-10T10:05", "2026-05-10T11:00"]

    def test_to_the_east_leaves_hours_out(self) -> None:
        clock = WallClock(
            [(None, "America/Sao_Paulo"), (datetime(2026, 5, 10, 10, 0, tzinfo=UTC), BERLIN)],
        )

        found = told(clock, *(naive(f"2026-05-10T{time}") for time in ("06:59", "08:00", "12:00")))

        assert found == ["2026-05-10T09:59", None, "2026-05-10T10:00"]


def test_series_without_end_are_no_memory_without_end() -> None:
    clock = WallClock([(None, "UTC")])
    for number in range(3 * SERIES_KEPT):
        clock.instant(number, naive("2026-01-10T08:00"))

    assert len(clock._courses) == SERIES_KEPT


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_ends_of_the_calendar_are_no_error(text: str) -> None:
    WallClock([(None, BERLIN)]).instant("s", naive(text))
