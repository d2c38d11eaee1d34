"""The drawing of the ambulatory glucose profile: what it shows, and that it stands alone."""

import re
from xml.etree import ElementTree  # nosec B405

import numpy as np
import pytest

from analytics.agp import Profile, profile
from analytics.agp_axes import BOTTOM, LEFT, RIGHT, TOP
from analytics.agp_svg import agp_svg
from analytics.metrics.sufficiency import Sufficiency, sufficiency
from analytics.metrics.targets import CONSENSUS, custom_targets
from analytics.metrics.trace import Trace

ENOUGH = Sufficiency(True, 14, 14, 97.0, None)
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "line", "path", "text")}


def profile_of(*hours: int, mg_dl: int = 120, bin_minutes: int = 60) -> Profile:
    """A reading of each of the hours."""
    seconds = 3600 * np.array(hours, dtype=np.int64)
    values, cadences, offsets = (np.full(len(hours), one) for one in (mg_dl, 5, 0))
    return profile(Trace(seconds, values, cadences, offsets), bin_minutes=bin_minutes)


def drawn(found: Profile, enough: Sufficiency = ENOUGH, ranges: str = "t1_t2", unit: str = "mg/dL") -> str:
    return agp_svg(found, enough, targets=CONSENSUS[ranges], unit=unit)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  # drawn by ourselves


def texts(svg: str) -> list[str]:
    return [str(one.text) for one in parsed(svg).iter(f"{SVG}text")]


def medians(svg: str) -> list[list[tuple[float, float]]]:
    """The points of each piece of the median: the widest lines."""
    pieces = [one.get("d", "") for one in parsed(svg).iter(f"{SVG}path") if one.get("stroke-width")]
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", piece)] for piece in pieces]


class TestTheDrawing:
    @pytest.mark.parametrize(("edges", "hidden"), [((60, 240), {"54", "250"}), ((70, 180), set()), ((54, 250), set())])
    def test_has_no_number_on_that_of_an_edge(self, edges: tuple[int, int], hidden: set[str]) -> None:
        svg = agp_svg(profile_of(3), ENOUGH, targets=custom_targets(*edges, {}), unit="mg/dL")

        numbers = texts(svg)
        assert {"54", "250"} - set(numbers) == hidden
        assert max(numbers.count(str(edge)) for edge in (*edges, 54, 250)) == 1

    @pytest.mark.parametrize("bin_minutes", [60, 15])
    @pytest.mark.parametrize("hours", [(), (3,), (0, 1, 5, 23), tuple(range(24))])
    def test_stands_alone(self, hours: tuple[int, ...], bin_minutes: int) -> None:
        root = parsed(drawn(profile_of(*hours, bin_minutes=bin_minutes)))

        assert {one.tag for one in root.iter()} <= DRAWN
        assert not {name for one in root.iter() for name in one.attrib} & {"style", "href", "class", "onload"}

    def test_tells_those_who_do_not_see_it(self) -> None:
        root = parsed(drawn(profile_of(*range(24))))

        labels = {one.get("id"): one.text or "" for one in root[:2]}
        assert root.get("role") == "img"
        assert root.get("aria-labelledby", "").split() == list(labels)
        assert "The target range is 70 to 180 mg/dL." in labels["agp-desc"]
        assert "lowest at 00:00 with 120 mg/dL" in labels["agp-desc"]

    def test_is_the_same_for_the_same_profile(self) -> None:
        assert drawn(profile_of(*range(24))) == drawn(profile_of(*range(24)))

    def test_lies_inside_its_frame(self) -> None:
        for mg_dl in (20, 350, 351, 600):
            for piece in medians(drawn(profile_of(*range(24), mg_dl=mg_dl))):
                assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in piece)


class TestTheMedian:
    def test_goes_from_midnight_to_midnight(self) -> None:
        (piece,) = medians(drawn(profile_of(*range(24))))

        assert (len(piece), piece[0][0], piece[-1][0]) == (26, LEFT, RIGHT)
        # 120 of 350 mg/dL up.
        assert {y for _, y in piece} == {round(BOTTOM - (BOTTOM - TOP) * 120 / 350, 1)}

    def test_has_a_hole_where_the_day_has_no_readings(self) -> None:
        first, second, third = medians(drawn(profile_of(0, 1, 6, 20)))

        hour = (RIGHT - LEFT) / 24
        assert (first[0][0], first[-1][0]) == pytest.approx((LEFT, LEFT + 2 * hour), abs=0.1)
        assert (second[0][0], second[-1][0]) == pytest.approx((LEFT + 6 * hour, LEFT + 7 * hour), abs=0.1)
        assert (third[0][0], third[-1][0]) == pytest.approx((LEFT + 20 * hour, LEFT + 21 * hour), abs=0.1)

    def test_meets_itself_at_midnight(self) -> None:
        seconds = 3600 * np.arange(24)
        values = 100 + 10 * np.arange(24)

        (piece,) = medians(
            drawn(profile(Trace(seconds, values, np.full(24, 5), np.zeros(24, np.int64)), bin_minutes=60))
        )

        assert piece[0][1] == piece[-1][1]


class TestTheWords:
    def test_are_in_the_unit(self) -> None:
        found = texts(drawn(profile_of(*range(24)), unit="mmol/L"))

        assert {"3.0", "3.9", "10.0", "13.9", "19.4", "target 3.9 to 10.0 mmol/L"} <= set(found)

    def test_have_the_edges_of_the_targets(self) -> None:
        found = texts(drawn(profile_of(*range(24)), ranges="pregnancy_t1"))

        assert {"63", "140", "250", "target 63 to 140 mg/dL"} <= set(found)
        # No room for it below 63.
        assert "54" not in found

    def test_say_why_the_data_is_not_enough(self) -> None:
        enough = sufficiency(minutes=7 * 1440, window_minutes=7 * 1440, days_with_data=7)

        assert {"The window has 7 days;", "14 are needed."} <= set(texts(drawn(profile_of(3), enough)))

    def test_say_that_there_is_nothing(self) -> None:
        enough = sufficiency(minutes=0, window_minutes=14 * 1440, days_with_data=0)

        found = drawn(profile_of(), enough)

        assert {"No readings", "There are no readings in the window."} <= set(texts(found))
        assert medians(found) == []
