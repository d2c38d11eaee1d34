"""What a report is computed from: whole local days, as long as they were; and how a page is set."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree  # nosec B405

import numpy as np
import pytest

from analytics.errors import PageNotSet
from analytics.metrics.targets import CONSENSUS
from analytics.metrics.trace import Trace
from analytics.report import BANDS, Days, Report, report
from analytics.report_svg import BAR_HEIGHT, bar_svg, days_svg
from analytics.typesetting import typeset

PARIS: Final = "Europe/Paris"
SVG: Final = "{http://www.w3.org/2000/svg}"
DRAWN: Final = {f"{SVG}{name}" for name in ("svg", "rect", "line", "path", "text")}
MADE: Final = datetime(2026, 3, 15, 12, tzinfo=UTC)


def trace_of(days: Days, *, every_minutes: int = 15, mg_dl: int = 120, offset: int = 60) -> Trace:
    seconds = np.arange(int(days.start.timestamp()), int(days.end.timestamp()), 60 * every_minutes)
    values, cadences, offsets = (np.full(len(seconds), one) for one in (mg_dl, every_minutes, offset))
    return Trace.of(seconds, values, cadences, offsets)


def report_of(days: Days, trace: Trace, unit: str = "mg/dL") -> Report:
    return report(trace, days, targets=CONSENSUS["t1_t2"], unit=unit, excluded=0)


class TestDays:
    def test_are_whole_days_of_the_zone(self) -> None:
        days = Days(date(2026, 1, 14), 14, PARIS)

        assert days.first == date(2026, 1, 1)
        assert (days.start, days.end) == (
            datetime(2025, 12, 31, 23, tzinfo=UTC),
            datetime(2026, 1, 14, 23, tzinfo=UTC),
        )

    # The clocks go forward on 2026-03-29 and back on 2026-10-25.
    @pytest.mark.parametrize(("last", "hours"), [(date(2026, 3, 31), 23), (date(2026, 10, 31), 25)])
    def test_of_23_and_25_hours_count_as_days(self, last: date, hours: int) -> None:
        days = Days(last, 14, PARIS)

        found = report_of(days, trace_of(days))

        assert found.enough.sufficient
        assert found.enough.active_percent == pytest.approx(100, abs=0.4)
        assert sorted({day.length for day in found.drawn}) == sorted({1440, hours * 60})


class TestTheDrawnDays:
    def test_are_the_last_fourteen(self) -> None:
        days = Days(date(2026, 1, 30), 30, PARIS)

        drawn = report_of(days, trace_of(days)).drawn

        assert [day.date for day in drawn] == [date(2026, 1, day) for day in range(17, 31)]
        assert {len(day.mg_dl) for day in drawn} == {96}

    def test_go_by_the_clock_at_which_each_reading_was_taken(self) -> None:
        days = Days(date(2026, 1, 7), 7, PARIS)
        noon = int(datetime(2026, 1, 7, 12, tzinfo=UTC).timestamp())

        (day,) = [
            one
            for one in report_of(days, Trace.of(*(np.array([one]) for one in (noon, 100, 5, 330)))).drawn
            if len(one.mg_dl)
        ]

        assert (day.date, day.minutes.tolist()) == (date(2026, 1, 7), [17 * 60 + 30])

    def test_have_a_gap_where_readings_are_missing(self) -> None:
        days = Days(date(2026, 1, 7), 7, PARIS)
        start = int(datetime(2026, 1, 6, 23, tzinfo=UTC).timestamp())
        seconds = start + 60 * np.array([0, 5, 10, 60, 65])
        trace = Trace.of(seconds, np.full(5, 100), np.full(5, 5), np.full(5, 60))

        svg = days_svg(report_of(days, trace), ["x"] * 7, "said")

        root = ElementTree.fromstring(svg)  # noqa: S314  # drawn by ourselves
        assert [one.get("d", "").count("L") for one in root.iter(f"{SVG}path")] == [2, 1]


class TestTheDrawings:
    @pytest.mark.parametrize("readings", [True, False])
    def test_stand_alone(self, readings: bool) -> None:
        days = Days(date(2026, 1, 14), 14, PARIS)
        found = report_of(days, trace_of(days) if readings else trace_of(days).where(np.array([], dtype=np.int64)))

        for svg in (bar_svg(found.statistics, "<said>"), days_svg(found, ["<a>"] * 14, "<said>")):
            root = ElementTree.fromstring(svg)  # noqa: S314  # drawn by ourselves
            assert {one.tag for one in root.iter()} <= DRAWN
            assert not {name for one in root.iter() for name in one.attrib} & {"style", "href", "class", "onload"}
            assert (root.get("role"), root.get("aria-label")) == ("img", "<said>")

    def test_of_the_bands_fill_the_bar(self) -> None:
        days = Days(date(2026, 1, 14), 14, PARIS)
        trace = trace_of(days)
        values = np.resize([40, 60, 100, 200, 300], len(trace.mg_dl))
        found = report_of(days, Trace.of(trace.seconds, values, trace.cadence_minutes, trace.utc_offset_minutes))

        root = ElementTree.fromstring(bar_svg(found.statistics, "said"))  # noqa: S314  # drawn by ourselves

        heights = [float(one.get("height", "")) for one in root.iter(f"{SVG}rect")][: len(BANDS)]
        assert sum(heights) == pytest.approx(BAR_HEIGHT, abs=0.05)
        assert heights == pytest.approx([BAR_HEIGHT / 5] * 5, abs=0.2)


class TestSetting:
    @pytest.fixture
    def template(self, tmp_path: Path) -> Path:
        file = tmp_path / "one.typ"
        file.write_text('#let told = json(bytes(sys.inputs.data))\n#set document(title: "x")\n= #told.name\n')
        return file

    def test_is_the_same_for_the_same(self, template: Path) -> None:
        made = [typeset(template, {"name": "*Ção* #x"}, created=MADE) for _ in range(2)]

        assert made[0] == made[1]
        assert made[0].startswith(b"%PDF-")

    def test_of_what_has_no_tags_is_refused(self, template: Path) -> None:
        template.write_text("#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"))")

        with pytest.raises(PageNotSet, match="TypstError"):
            typeset(template, {}, created=MADE)

    def test_tells_nothing_of_what_was_to_be_set(self, template: Path) -> None:
        template.write_text("#panic(json(bytes(sys.inputs.data)).name)")

        with pytest.raises(PageNotSet) as raised:
            typeset(template, {"name": "Bruna Reis"}, created=MADE)

        assert "Bruna" not in str(raised.value)

    def test_ends_in_time(self, template: Path) -> None:
        with pytest.raises(PageNotSet, match="it took more than"):
            typeset(template, {"name": "x"}, created=MADE, seconds=0.001)
