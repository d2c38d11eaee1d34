"""The definitions: whole, as documented, and never changed without a new version."""

import json
import math
import os
from typing import Any

import pytest

from analytics.category_definitions import CATEGORY_DEFINITIONS
from analytics.definitions import BY_NAME, DEFINITIONS
from analytics.explain import INPUTS
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.categories import CATEGORIES
from analytics.serializers import ShareSerializer, StatisticsSerializer
from tests.contract.definitions import PAGE, RECORDED, page, recorded

# What says what the numbers are of, and what only follows from them.
TOLD = {"patient", "start", "end", "timezone", "as_of", "unit", "definitions", "ranges", "targets", "weighting"}
BESIDE = {"goals", "explain", "compatibility", "differences", "not_reproduced", "sufficiency.reason"}
COUNTED = {"readings", "minutes", "sufficiency.sufficient", "sufficiency.days", "sufficiency.days_with_data"}
NEW_VERSION = "raise DEFINITIONS_VERSION in analytics/metrics/__init__.py and run this test with WRITE_DEFINITIONS=1"


def numbers(serializer: Any, inside: str = "") -> list[str]:
    """The paths of every number that an answer has."""
    found = []
    for name, field in serializer.fields.items():
        path = f"{inside}{name}"
        if path in TOLD | COUNTED | BESIDE:
            continue
        whole = isinstance(field, ShareSerializer) or inside == "episodes." or not hasattr(field, "fields")
        found += [path] if whole else numbers(field, f"{path}.")
    return found


def test_every_number_of_the_statistics_has_one() -> None:
    assert set(numbers(StatisticsSerializer())) == set(BY_NAME)
    assert len(DEFINITIONS) == len(BY_NAME)


def test_every_category_of_the_overview_has_one() -> None:
    assert [one.name for one in CATEGORY_DEFINITIONS] == list(CATEGORIES)


def test_every_number_can_be_explained() -> None:
    assert set(INPUTS) == set(BY_NAME)


def test_the_page_says_what_the_api_answers() -> None:
    assert PAGE.read_text() == page(), "run make schema"


def test_no_number_of_this_version_has_changed() -> None:
    if "WRITE_DEFINITIONS" in os.environ and not RECORDED.exists():
        RECORDED.write_text(json.dumps(recorded(), indent=1) + "\n")
    assert RECORDED.exists(), f"nothing is recorded of version {DEFINITIONS_VERSION}: run this with WRITE_DEFINITIONS=1"
    was, now = json.loads(RECORDED.read_text()), recorded()

    assert now["formulas"] == was["formulas"], NEW_VERSION
    assert now["categories"] == was["categories"], NEW_VERSION
    assert now["numbers"].keys() == was["numbers"].keys()
    for trace, found in now["numbers"].items():
        assert found.keys() == was["numbers"][trace].keys(), NEW_VERSION
        for name, value in found.items():
            assert same(value, was["numbers"][trace][name]), f"{name} of {trace}: {NEW_VERSION}"


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=2e-6)
    return bool(one == other)


@pytest.mark.parametrize("name", ["mean", "variability.mage", "episodes.hypo_level1", "goals.target"])
def test_the_recorded_numbers_are_of_traces_that_have_them(name: str) -> None:
    assert any(found[name] for found in recorded()["numbers"].values())
