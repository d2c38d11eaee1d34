"""`GET clinic/overview/`: its order and its pages, while data arrive."""

from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from accounts.models import Clinic
from api.counters import counters
from api.kept import PREFIX
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_parameter_refused
from tests.conftest import Member, put

URL = f"{V1}clinic/overview/"
MakePatient = Callable[..., Patient]


@pytest.fixture
def seven(clinic: Clinic, make_patient: MakePatient) -> list[Patient]:
    """Patients in UTC with a mean of 100, 110, 120 twice, 130 and 140, and one without readings."""
    made = [make_patient(clinic, timezone="UTC") for _ in range(7)]
    for patient, value in zip(made, (120, 100, 130, 120, 110, 140), strict=False):
        put(patient, value, value, start=NOW - timedelta(hours=1), now=NOW)
    return made


def get(member: Member, address: str = URL, **query: Any) -> Any:
    response = member.api.get(address, query)
    assert response.status_code == 200, response.content
    return response.json()


def ids(answer: Any) -> list[str]:
    return [row["patient"]["id"] for row in answer["results"]]


def walk(member: Member, between: Callable[[int], None], **query: Any) -> list[list[str]]:
    """The ids of each page; ``between`` is called before each but the first."""
    answer = get(member, **query)
    found = [ids(answer)]
    while answer["next"]:
        assert len(found) < 20
        between(len(found))
        answer = get(member, answer["next"])
        found.append(ids(answer))
    return found


def nothing(page: int) -> None:
    """Nothing happens."""


def names(patients: list[Patient], *places: int) -> list[str]:
    return [str(patients[place].id) for place in places]


class TestTheOrder:
    def test_puts_equal_ones_by_their_age_and_those_without_a_value_last(
        self, admin: Member, seven: list[Patient]
    ) -> None:
        assert ids(get(admin, ordering="mean")) == names(seven, 1, 4, 0, 3, 2, 5, 6)
        assert ids(get(admin, ordering="-mean")) == names(seven, 5, 2, 0, 3, 4, 1, 6)

    @pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
    @pytest.mark.parametrize("ordering", ["mean", "-mean", "created_at", "-created_at", "change", "cv_percent"])
    def test_is_that_of_the_whole_in_pages_of_any_size(
        self, admin: Member, seven: list[Patient], ordering: str, size: int
    ) -> None:
        whole = ids(get(admin, ordering=ordering))

        found = walk(admin, nothing, ordering=ordering, page_size=size)

        assert list(chain.from_iterable(found)) == whole
        assert {len(page) for page in found[:-1]} <= {size}


class TestPagesWhileDataArrive:
    def moved(self, patients: list[Patient]) -> Callable[[int], None]:
        """Whoever was last comes first, and whoever was first last."""

        def act(page: int) -> None:
            at = NOW - timedelta(hours=2 + page)
            put(patients[1], *[400] * 9, start=at, now=NOW)
            put(patients[5], *[40] * 9, start=at, now=NOW)
            put(patients[2], *[41] * 9, start=at, now=NOW)

        return act

    @pytest.mark.parametrize("ordering", ["mean", "-mean", "time_in_range", "-change"])
    def test_have_everybody_once(self, admin: Member, seven: list[Patient], ordering: str) -> None:
        whole = ids(get(admin, ordering=ordering))

        found = walk(admin, self.moved(seven), ordering=ordering, page_size=2)

        assert list(chain.from_iterable(found)) == whole

    def test_have_the_numbers_of_now(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, ordering="mean", page_size=6)

        put(seven[6], 77, start=NOW - timedelta(hours=1), now=NOW)

        (row,) = get(admin, first["next"])["results"]
        assert (row["patient"]["id"], row["mean"]) == (str(seven[6].id), 77)

    def test_lead_back_the_same_way(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, ordering="mean", page_size=3)
        second = get(admin, first["next"])
        self.moved(seven)(1)

        assert ids(get(admin, second["previous"])) == ids(first)

    def test_keep_who_left_the_category(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, category="low_use", page_size=4)
        put(seven[6], *[120] * (14 * 96), start=NOW - timedelta(days=14), cadence=15, now=NOW)

        answer = get(admin, first["next"])

        assert answer["counts"]["low_use"] == 6
        assert ids(first) + ids(answer) == names(seven, *range(7))

    def test_do_not_show_who_is_not_seen_any_more(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, ordering="mean", page_size=3)
        Patient.objects.filter(id=seven[2].id).update(deleted_at=NOW)

        assert str(seven[2].id) not in ids(get(admin, first["next"]))

    def test_go_on_by_value_where_the_order_is_gone(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, ordering="mean", page_size=3)
        client = counters().client
        client.delete("", *client.scan_iter(PREFIX + "*"))

        assert ids(get(admin, first["next"])) == names(seven, 3, 2, 5)

    def test_do_not_go_on_in_another_category(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, category="low_use", page_size=2)

        other = get(admin, first["next"].replace("category=low_use", "category=no_data"))

        assert ids(other) == names(seven, 6)

    def test_of_another_order_are_refused(self, admin: Member, seven: list[Patient]) -> None:
        first = get(admin, ordering="mean", page_size=3)
        admin.api.raise_request_exception = False

        answer = admin.api.get(first["next"].replace("ordering=mean", "ordering=-mean"))

        assert_parameter_refused(answer, "cursor")
