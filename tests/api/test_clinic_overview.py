"""`GET clinic/overview/`: every patient whom the caller sees, with what stands out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_parameter_refused, send
from tests.conftest import Member, put

URL = f"{V1}clinic/overview/"
MakePatient = Callable[..., Patient]
DAY = timedelta(days=1)
# NOW is 12:00 UTC: the window of somebody in UTC begins 14 whole days before this day.
TODAY = datetime(2026, 3, 15, tzinfo=UTC)
START = TODAY - 14 * DAY


def ask(api: APIClient, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(URL, query)


def rows(api: APIClient, **query: Any) -> list[dict[str, Any]]:
    response = ask(api, **query)
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def row(api: APIClient, **query: Any) -> dict[str, Any]:
    (only,) = rows(api, **query)
    return only


@pytest.fixture
def somebody(clinic: Clinic, make_patient: MakePatient) -> Patient:
    """A patient in UTC."""
    return make_patient(clinic, timezone="UTC")


def fill(patient: Patient, *values: int, start: datetime = START, end: datetime = NOW, cadence: int = 15) -> None:
    """Readings all the time from start up to end, the values over and over."""
    count = int((end - start) / timedelta(minutes=cadence))
    repeated = (values * (count // len(values) + 1))[:count]
    put(patient, *repeated, start=start, cadence=cadence, now=NOW)


class TestARow:
    def test_has_the_numbers_of_the_contract(self, admin: Member, somebody: Patient) -> None:
        fill(somebody, 100, 120, 190, 60)

        found = row(admin.api)

        assert found["patient"] == {
            "id": str(somebody.id),
            "name": "Ana Souza",
            "external_ref": None,
            "diabetes_type": "unknown",
            "status": "active",
        }
        assert (found["start"], found["end"], found["timezone"]) == (
            "2026-03-01T00:00:00Z",
            "2026-03-15T12:00:00Z",
            "UTC",
        )
        assert (found["mean"], found["active_percent"], found["ranges"]) == (117.5, 100, "t1_t2")
        assert found["gmi_percent"] == pytest.approx(3.31 + 0.02392 * 117.5, abs=1e-6)
        assert found["time_in_range"]["target"] == {"percent": 50, "minutes": 14.5 * 720, "readings": 14.5 * 48}
        assert (found["sufficient"], found["reason"]) == (True, None)
        assert found["latest"]["time"] == "2026-03-15T11:45:00Z"
        assert found["latest"]["stale"] is False
        assert found["change_from_previous_period"] is None
        assert found["categories"] == ["any_low", "low_time_in_range", "any_high"]

    def test_agrees_with_the_statistics_of_the_same_instants(self, admin: Member, patient: Patient) -> None:
        put(patient, *range(40, 340), start=NOW - 5 * DAY, offset=-180, now=NOW)
        put(patient, *range(40, 340), start=NOW - 2 * DAY, offset=-180, cadence=1, now=NOW)
        put(patient, *range(300, 340), start=NOW - 0.5 * DAY, offset=-180, cadence=15, now=NOW)

        found = row(admin.api)
        window = {"start": found["start"], "end": found["end"]}
        whole = admin.api.get(f"{V1}patients/{patient.id}/statistics/", window).json()

        for name in ("readings", "minutes", "mean", "sd", "cv_percent", "gmi_percent", "time_in_range", "ranges"):
            assert found[name] == whole[name]
        assert found["active_percent"] == whole["sufficiency"]["active_percent"]

    @pytest.mark.usefixtures("somebody")
    def test_without_readings_is_null_and_says_why(self, admin: Member) -> None:
        found = row(admin.api)

        nothing = ("mean", "sd", "cv_percent", "gmi_percent", "latest", "change_from_previous_period")
        assert [found[name] for name in nothing] == [None] * len(nothing)
        assert found["time_in_range"]["target"] == {"percent": None, "minutes": 0, "readings": 0}
        assert (found["sufficient"], found["reason"]) == (False, "There are no readings in the window.")
        assert found["categories"] == ["low_use", "no_data"]

    def test_is_stale_after_fifteen_minutes(self, admin: Member, somebody: Patient, clock: Any) -> None:
        put(somebody, 100, start=NOW, now=NOW)

        clock.move_to(NOW + timedelta(minutes=15))
        assert row(admin.api)["latest"]["stale"] is False
        clock.move_to(NOW + timedelta(minutes=15, seconds=1))
        assert row(admin.api)["latest"]["stale"] is True

    def test_is_converted_to_mmol(self, admin: Member, somebody: Patient) -> None:
        fill(somebody, 90, start=START - 14 * DAY, end=START)
        fill(somebody, 180)

        found = row(admin.api, unit="mmol/L")

        assert found["mean"] == pytest.approx(180 / 18.0182, abs=1e-6)
        assert found["latest"]["value"] == pytest.approx(180 / 18.0182, abs=1e-6)
        assert found["change_from_previous_period"]["mean"] == pytest.approx(90 / 18.0182, abs=1e-6)

    @pytest.mark.parametrize(("hours", "told"), [(0.7, True), (0.69, False)])
    def test_has_no_change_where_the_previous_period_has_too_little_data(
        self, admin: Member, somebody: Patient, hours: float, told: bool
    ) -> None:
        fill(somebody, 100, start=START - 14 * DAY, end=START - 14 * DAY + hours * 14 * DAY, cadence=1)
        fill(somebody, 100, 200)

        change = row(admin.api)["change_from_previous_period"]

        assert (change is not None) == told
        if told:
            assert change["time_in_range"]["target"] == -50
            assert (change["mean"], change["active_percent"]) == (50, pytest.approx(30))

    @pytest.mark.parametrize(
        ("zone", "start"),
        [
            ("Asia/Kathmandu", "2026-02-28T18:15:00Z"),
            ("Pacific/Kiritimati", "2026-03-01T10:00:00Z"),
            ("Pacific/Pago_Pago", "2026-03-01T11:00:00Z"),
            # The clocks were put forward on 8 March.
            ("America/New_York", "2026-03-01T05:00:00Z"),
        ],
    )
    def test_begins_at_midnight_of_the_patient(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, zone: str, start: str
    ) -> None:
        patient = make_patient(clinic, timezone=zone)
        first = datetime.fromisoformat(start)
        for time in (first - timedelta(seconds=1), first):
            reading = {"time": time.isoformat(), "value": 100, "cadence_minutes": 1}
            send(admin.api, "post", f"{V1}patients/{patient.id}/readings/", {"readings": [reading]})
        # A second apart is one minute: only one of them is stored, the first.
        found = row(admin.api)
        assert (found["start"], found["readings"]) == (start, 0)

        reading = {"time": (first + timedelta(minutes=1)).isoformat(), "value": 100, "cadence_minutes": 1}
        send(admin.api, "post", f"{V1}patients/{patient.id}/readings/", {"readings": [reading]})

        assert row(admin.api)["readings"] == 1


class TestACategory:
    @pytest.mark.parametrize(
        ("name", "value", "percent"),
        [("very_low", 53, 1), ("any_low", 69, 4), ("any_high", 181, 25), ("very_high", 251, 5)],
    )
    def test_begins_at_the_limit_of_its_goal(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, name: str, value: int, percent: int
    ) -> None:
        at, below = (make_patient(clinic, timezone="UTC") for _ in range(2))
        # 1,000 readings of 15 minutes; of the second patient one less is beyond.
        for patient, beyond in ((at, 10 * percent), (below, 10 * percent - 1)):
            put(patient, *[value] * beyond, *[100] * (1000 - beyond), start=START, cadence=15, now=NOW)

        found = {one["patient"]["id"]: one["categories"] for one in rows(admin.api)}

        assert name in found[str(at.id)]
        assert name not in found[str(below.id)]

    @pytest.mark.parametrize(("value", "inside"), [(54, False), (70, False), (180, False), (250, False)])
    def test_has_the_edges_of_the_bands(self, admin: Member, somebody: Patient, value: int, inside: bool) -> None:
        fill(somebody, value)

        wrong = {54: "very_low", 70: "any_low", 180: "any_high", 250: "very_high"}[value]

        assert (wrong in row(admin.api)["categories"]) is inside

    @pytest.mark.parametrize(("inside", "wanted"), [(700, []), (699, ["low_time_in_range"])])
    def test_low_time_in_range_is_below_seventy_percent(
        self, admin: Member, somebody: Patient, inside: int, wanted: list[str]
    ) -> None:
        values = [100] * inside + [69] * 30 + [181] * (1000 - 30 - inside - 21) + [200] * 21
        put(somebody, *values, start=START, cadence=15, now=NOW)

        found = [name for name in row(admin.api)["categories"] if name == "low_time_in_range"]

        assert found == wanted

    @pytest.mark.parametrize(("low", "dropped"), [(150, True), (149, False)])
    def test_tir_drop_is_fifteen_points(self, admin: Member, somebody: Patient, low: int, dropped: bool) -> None:
        put(somebody, *[100] * 1000, start=START - 14 * DAY, cadence=15, now=NOW)
        put(somebody, *[60] * low, *[100] * (1000 - low), start=START, cadence=15, now=NOW)

        assert ("tir_drop" in row(admin.api)["categories"]) is dropped

    @pytest.mark.parametrize(("minutes", "low"), [(14616, False), (14615, True)])
    def test_low_use_is_below_seventy_percent_of_the_window(
        self, admin: Member, somebody: Patient, minutes: int, low: bool
    ) -> None:
        # 14.5 days are 20,880 minutes.
        put(somebody, *[100] * minutes, start=START, cadence=1, now=NOW)

        found = row(admin.api)

        assert ("low_use" in found["categories"]) is low
        assert ("meeting_targets" in found["categories"]) is not low
        assert found["sufficient"] is not low

    def test_meeting_targets_is_all_goals_with_enough_data(self, admin: Member, somebody: Patient) -> None:
        fill(somebody, 100, 110, 120)

        assert row(admin.api)["categories"] == ["meeting_targets"]
        assert row(admin.api, days=13)["categories"] == []

    def test_extreme_high_is_looked_for_only_on_request(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        above, at = (make_patient(clinic, timezone="UTC") for _ in range(2))
        for patient, beyond in ((above, 11), (at, 10)):
            put(patient, *[351] * beyond, *[350] * (1000 - beyond), start=START, cadence=15, now=NOW)

        assert not any("extreme_high" in one["categories"] for one in rows(admin.api))
        assert ask(admin.api).json()["counts"]["extreme_high"] == 0
        found = [one["patient"]["id"] for one in rows(admin.api, extreme_high="true", category="extreme_high")]
        assert found == [str(above.id)]
        assert ask(admin.api, extreme_high="true").json()["counts"]["extreme_high"] == 1

    @pytest.mark.parametrize(
        ("target_set", "values", "wanted"),
        [
            # 2 % below 70; 40 % above 180, for which the set has no goal; 10 % above 250.
            ("older_high_risk", [60] * 20 + [100] * 580 + [200] * 300 + [260] * 100, ["any_low", "very_high"]),
            # 65 is in the target, 150 is above it.
            ("pregnancy_t1", [65] * 740 + [150] * 260, ["any_high"]),
            ("pregnancy_t1", [65] * 100 + [100] * 900, ["meeting_targets"]),
        ],
    )
    def test_of_another_set_is_by_its_own_goals(
        self,
        clinic: Clinic,
        admin: Member,
        make_patient: MakePatient,
        target_set: str,
        values: list[int],
        wanted: list[str],
    ) -> None:
        patient = make_patient(clinic, timezone="UTC", target_set=target_set)
        put(patient, *values, start=START, cadence=15, now=NOW)

        assert [name for name in row(admin.api)["categories"] if name != "low_use"] == wanted

    def test_of_targets_of_ones_own_is_by_them(self, admin: Member, somebody: Patient) -> None:
        fill(somebody, 75, 155)
        address = f"{V1}patients/{somebody.id}/targets/"
        assert row(admin.api)["categories"] == ["meeting_targets"]

        send(admin.api, "post", address, {"low_mg_dl": 80, "high_mg_dl": 160, "goals": {"target": 40, "below": 50}})

        found = row(admin.api)
        assert (found["ranges"], found["time_in_range"]["target"]["percent"]) == ("custom", 50)
        assert found["categories"] == ["any_low"]


class TestTheCounts:
    def test_are_of_all_visible_patients_whatever_is_asked_for(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        for number in range(3):
            make_patient(clinic, timezone="UTC", name=f"P {number}")
        fill(make_patient(clinic, timezone="UTC"), 100)

        for query in ({}, {"page_size": 1}, {"category": "meeting_targets"}, {"search": "nobody"}):
            answer = ask(admin.api, **query).json()
            assert (answer["counts"]["no_data"], answer["counts"]["meeting_targets"]) == (3, 1)
            assert answer["patients"] == 4


class TestTheList:
    def test_is_filtered_by_category_words_status_and_clinician(
        self, clinic: Clinic, admin: Member, clinician: Member, make_patient: MakePatient
    ) -> None:
        one = make_patient(clinic, clinician, timezone="UTC", name="Bia Lima")
        other = make_patient(clinic, timezone="UTC", name="Rui Alves", status="paused")
        fill(one, 100)

        def found(**query: Any) -> list[str]:
            return [row["patient"]["id"] for row in rows(admin.api, **query)]

        assert found() == [str(one.id), str(other.id)]
        assert found(category="no_data") == [str(other.id)]
        assert found(search="bia") == [str(one.id)]
        assert found(status="paused") == [str(other.id)]
        assert found(clinician=str(clinician.user.id)) == [str(one.id)]
        assert found(category="no_data", search="bia") == []

    def test_is_sorted_with_those_without_a_value_last(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        ids = [str(make_patient(clinic, timezone="UTC").id) for _ in range(5)]
        for patient, value in zip(Patient.objects.order_by("id")[:4], (120, 100, 120, 150), strict=True):
            put(patient, value, start=NOW - DAY, now=NOW)

        def order(ordering: str) -> list[int]:
            return [ids.index(one["patient"]["id"]) for one in rows(admin.api, ordering=ordering)]

        assert order("created_at") == [0, 1, 2, 3, 4]
        assert order("-created_at") == [4, 3, 2, 1, 0]
        assert order("mean") == [1, 0, 2, 3, 4]
        assert order("-mean") == [3, 0, 2, 1, 4]
        assert order("change") == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("ordering", ["created_at", "-created_at", "mean", "-mean", "-change"])
    def test_comes_in_pages_that_are_the_whole_forwards_and_backwards(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, ordering: str
    ) -> None:
        for value in (120, 100, 120, None, 100, None, 120):
            patient = make_patient(clinic, timezone="UTC")
            if value is not None:
                put(patient, value, start=NOW - DAY, now=NOW)
        whole = [one["patient"]["id"] for one in rows(admin.api, ordering=ordering)]

        link: str | None = URL
        found = []
        query: dict[str, Any] = {"page_size": 2, "ordering": ordering}
        while link is not None:
            answer = admin.api.get(link, query).json()
            found.append([one["patient"]["id"] for one in answer["results"]])
            last, link, query = answer, answer["next"], {}
        back = [found[-1]]
        while last["previous"] is not None:
            last = admin.api.get(last["previous"]).json()
            back.insert(0, [one["patient"]["id"] for one in last["results"]])

        assert [one for page in found for one in page] == whole
        assert [len(page) for page in found] == [2, 2, 2, 1]
        assert back == found

    @pytest.mark.parametrize("ordering", ["created_at", "mean"])
    def test_shows_everybody_once_while_data_arrive(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, ordering: str
    ) -> None:
        people = [make_patient(clinic, timezone="UTC") for _ in range(6)]
        for number, patient in enumerate(people):
            put(patient, 100 + number, start=NOW - DAY, now=NOW)

        link: str | None = URL
        found = []
        query: dict[str, Any] = {"page_size": 2, "ordering": ordering}
        while link is not None:
            answer = admin.api.get(link, query).json()
            found += [one["patient"]["id"] for one in answer["results"]]
            # Readings that leave the mean what it is, and somebody new at the end.
            for number, patient in enumerate(people):
                put(patient, 100 + number, start=NOW - DAY + len(found) * timedelta(minutes=30), now=NOW)
            link, query = answer["next"], {}

        assert found == [str(patient.id) for patient in people]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("days", "0"),
            ("days", "x"),
            ("unit", "mg"),
            ("category", "low"),
            ("ordering", "name"),
            ("status", "gone"),
            ("clinician", "x"),
            ("extreme_high", "yes"),
            ("cursor", "x"),
        ],
    )
    def test_refuses_a_parameter_that_it_does_not_know(self, admin: Member, name: str, value: str) -> None:
        assert_parameter_refused(ask(admin.api, **{name: value}), name)

    def test_takes_no_more_days_than_its_sums_can_hold(self, admin: Member, somebody: Patient) -> None:
        put(somebody, 600, 20, start=NOW - 365 * DAY, now=NOW)

        assert row(admin.api, days=366)["mean"] == 310
        assert_parameter_refused(ask(admin.api, days=367), "days")

    def test_refuses_a_cursor_of_another_order(self, clinic: Clinic, admin: Member, make_patient: MakePatient) -> None:
        for _ in range(2):
            make_patient(clinic)
        link = ask(admin.api, page_size=1).json()["next"]

        assert_parameter_refused(admin.api.get(link + "&ordering=mean"), "cursor")
