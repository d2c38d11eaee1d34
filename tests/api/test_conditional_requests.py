"""`ETag`, `If-None-Match` and `If-Match` of whatever has them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from glucose.account_states import AccountState
from glucose.models import SourceAccount
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_allowed,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    send,
)
from tests.conftest import Member, put, tokens_of

WINDOW = "start=2026-03-10T00:00:00Z&end=2026-03-16T00:00:00Z"
COMPUTED = [
    f"readings/?layout=columns&{WINDOW}",
    f"readings/?{WINDOW}",
    "readings/",
    f"statistics/?{WINDOW}",
    "daily/?start=2026-03-10&end=2026-03-15",
    f"agp/?{WINDOW}",
    f"episodes/?{WINDOW}",
]


@pytest.fixture
def with_readings(patient: Patient) -> Patient:
    put(patient, *[100 + n % 80 for n in range(100)], start=NOW - timedelta(hours=10), now=NOW)
    return patient


def of(patient: Patient, rest: str = "") -> str:
    return f"{V1}patients/{patient.id}/{rest}"


def asked_again(api: APIClient, address: str, tag: str) -> Any:
    api.raise_request_exception = False
    return api.get(address, HTTP_IF_NONE_MATCH=tag)


def assert_unchanged(response: Any, tag: str) -> None:
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == tag
    assert response["Cache-Control"] == "private, no-cache"


def post_reading(api: APIClient, patient: Patient) -> None:
    body = {"readings": [{"time": "2026-03-15T11:59:00Z", "value": 99}]}
    assert send(api, "post", of(patient, "readings/"), body).json()["stored"] == 1


def change(**fields: Any) -> Callable[[APIClient, Patient], None]:
    def act(api: APIClient, patient: Patient) -> None:
        assert send(api, "patch", of(patient), fields).status_code == 200

    return act


def exclude(api: APIClient, patient: Patient) -> None:
    """What excluding a reading does to the tables."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reading SET excluded = true WHERE patient_id = %s AND mg_dl = 110", [patient.id])
        cursor.execute("UPDATE patients_patient SET data_version = data_version + 1 WHERE id = %s", [patient.id])


class TestWhatIsComputedFromReadings:
    @pytest.mark.parametrize("rest", COMPUTED)
    def test_is_not_sent_again_while_nothing_changed(self, admin: Member, with_readings: Patient, rest: str) -> None:
        first = admin.api.get(of(with_readings, rest))

        assert first["ETag"].startswith('W/"')
        assert first["Cache-Control"] == "private, no-cache"
        assert {"Accept", "Authorization", "Accept-Encoding"} <= set(first["Vary"].replace(" ", "").split(","))
        assert_unchanged(asked_again(admin.api, of(with_readings, rest), first["ETag"]), first["ETag"])

    @pytest.mark.parametrize("given", ['"other", {tag}', "*", '{tag}, W/"other"'])
    def test_is_found_in_a_list_of_tags(self, admin: Member, with_readings: Patient, given: str) -> None:
        address = of(with_readings, COMPUTED[0])
        tag = admin.api.get(address)["ETag"]

        assert_unchanged(asked_again(admin.api, address, given.format(tag=tag)), tag)

    @pytest.mark.parametrize("given", ["", "nonsense", '"', 'W/"other"', '"é"'])
    def test_is_sent_where_the_client_has_something_else(
        self, admin: Member, with_readings: Patient, given: str
    ) -> None:
        assert asked_again(admin.api, of(with_readings, COMPUTED[0]), given).status_code == 200

    @pytest.mark.parametrize(
        "act",
        [post_reading, exclude, change(target_set="older_high_risk"), change(timezone="Europe/Lisbon")],
        ids=["a reading", "an exclusion", "other targets", "another zone"],
    )
    @pytest.mark.parametrize("rest", COMPUTED)
    def test_is_sent_again_after(
        self, admin: Member, with_readings: Patient, rest: str, act: Callable[[APIClient, Patient], None]
    ) -> None:
        before = admin.api.get(of(with_readings, rest))

        act(admin.api, with_readings)

        after = asked_again(admin.api, of(with_readings, rest), before["ETag"])
        assert after.status_code == 200
        assert after["ETag"] != before["ETag"]
        assert after.json() == admin.api.get(of(with_readings, rest)).json()

    @pytest.mark.parametrize("rest", COMPUTED)
    def test_is_not_sent_again_after_duplicates(self, admin: Member, with_readings: Patient, rest: str) -> None:
        tag = admin.api.get(of(with_readings, rest))["ETag"]
        put(with_readings, *[100 + n % 80 for n in range(100)], start=NOW - timedelta(hours=10), now=NOW)

        assert_unchanged(asked_again(admin.api, of(with_readings, rest), tag), tag)

    @pytest.mark.parametrize("rest", ["statistics/", "daily/", "agp/"])
    def test_an_unknown_set_of_ranges_is_refused_before_it(
        self, admin: Member, with_readings: Patient, rest: str
    ) -> None:
        assert_parameter_refused(asked_again(admin.api, of(with_readings, rest + "?ranges=mine"), "*"), "ranges")

    @pytest.mark.parametrize(
        "rest", ["statistics/", "agp/", "episodes/", "readings/?layout=columns&days=1", "readings/?days=1"]
    )
    def test_is_sent_again_when_its_window_moved_with_the_clock(
        self, admin: Member, with_readings: Patient, clock: time_machine.Traveller, rest: str
    ) -> None:
        tag = admin.api.get(of(with_readings, rest))["ETag"]
        assert asked_again(admin.api, of(with_readings, rest), tag).status_code == 304

        clock.shift(timedelta(seconds=1))

        assert asked_again(admin.api, of(with_readings, rest), tag).status_code == 200

    def test_days_up_to_today_are_sent_again_on_the_next_day(
        self, admin: Member, with_readings: Patient, clock: time_machine.Traveller
    ) -> None:
        tag = admin.api.get(of(with_readings, "daily/"))["ETag"]
        clock.shift(timedelta(minutes=5))
        assert asked_again(admin.api, of(with_readings, "daily/"), tag).status_code == 304

        clock.shift(timedelta(days=1))
        admin.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(admin.user).access}")

        assert asked_again(admin.api, of(with_readings, "daily/"), tag).status_code == 200

    @pytest.mark.parametrize("more", ["&unit=mmol/L", "&ranges=pregnancy_t1", "&weighting=count"])
    def test_another_form_is_another_answer(self, admin: Member, with_readings: Patient, more: str) -> None:
        address = of(with_readings, f"statistics/?{WINDOW}")

        assert asked_again(admin.api, address + more, admin.api.get(address)["ETag"]).status_code == 200

    @pytest.mark.parametrize("rest", COMPUTED)
    def test_a_tag_opens_nothing_to_those_who_do_not_see_the_patient(
        self, admin: Member, people: dict[str, Member], with_readings: Patient, rest: str
    ) -> None:
        tag = admin.api.get(of(with_readings, rest))["ETag"]

        for who in ("unassigned clinician", "researcher", "admin of another clinic"):
            assert_not_found(asked_again(people[who].api, of(with_readings, rest), tag))
            assert_not_found(asked_again(people[who].api, of(with_readings, rest), "*"))


class TestThePatient:
    def test_is_not_sent_again_while_its_answer_is_the_same(self, admin: Member, with_readings: Patient) -> None:
        first = admin.api.get(of(with_readings))

        assert first["ETag"].startswith('"')
        assert_unchanged(asked_again(admin.api, of(with_readings), first["ETag"]), first["ETag"])

    def test_is_sent_again_when_the_age_of_its_newest_reading_changed(
        self, admin: Member, with_readings: Patient, clock: time_machine.Traveller
    ) -> None:
        tag = admin.api.get(of(with_readings))["ETag"]

        clock.shift(timedelta(seconds=1))

        assert asked_again(admin.api, of(with_readings), tag).status_code == 200

    @pytest.mark.parametrize("act", [post_reading, change(name="Ana Lima"), change(clinicians=[])])
    def test_is_sent_again_after_a_change(
        self, admin: Member, with_readings: Patient, act: Callable[[APIClient, Patient], None]
    ) -> None:
        tag = admin.api.get(of(with_readings))["ETag"]

        act(admin.api, with_readings)

        assert asked_again(admin.api, of(with_readings), tag).status_code == 200

    def test_has_the_tag_that_creating_and_changing_it_answered(self, admin: Member) -> None:
        body = {"name": "Ana Souza", "timezone": "America/Sao_Paulo", "birth_date": "1990-01-02"}
        made = send(admin.api, "post", f"{V1}patients/", body)
        address = f"{V1}patients/{made.json()['id']}/"
        assert admin.api.get(address)["ETag"] == made["ETag"]

        changed = send(admin.api, "patch", address, {"sex": "female"})

        assert admin.api.get(address)["ETag"] == changed["ETag"] != made["ETag"]


def patch_if(api: APIClient, address: str, tag: str, **fields: Any) -> Any:
    api.raise_request_exception = False
    return api.patch(address, fields, format="json", HTTP_IF_MATCH=tag)


class TestChangingAPatient:
    def test_goes_through_with_the_tag_that_was_read(
        self, admin: Member, with_readings: Patient, clock: time_machine.Traveller
    ) -> None:
        tag = admin.api.get(of(with_readings))["ETag"]
        # Neither time nor a reading changes what a person would overwrite.
        clock.shift(timedelta(minutes=5))
        put(with_readings, 120, start=NOW, now=NOW)

        assert patch_if(admin.api, of(with_readings), tag, name="Ana Lima").json()["name"] == "Ana Lima"

    def test_is_refused_after_another_change(self, admin: Member, clinician: Member, patient: Patient) -> None:
        tag = admin.api.get(of(patient))["ETag"]
        change(status="paused")(clinician.api, patient)

        assert_problem(patch_if(admin.api, of(patient), tag, name="Ana Lima"), 412, "precondition-failed")
        assert_problem(admin.api.delete(of(patient), HTTP_IF_MATCH=tag), 412, "precondition-failed")
        patient.refresh_from_db()
        assert (patient.name, patient.deleted_at) == ("Ana Souza", None)

    def test_is_refused_after_the_clinicians_changed(self, admin: Member, patient: Patient) -> None:
        tag = admin.api.get(of(patient))["ETag"]
        change(clinicians=[])(admin.api, patient)

        assert_problem(patch_if(admin.api, of(patient), tag, name="Ana Lima"), 412, "precondition-failed")

    @pytest.mark.parametrize("given", ['"other"', "nonsense", "", "W/{tag}"])
    def test_is_refused_with_what_is_no_strong_tag_of_it(self, admin: Member, patient: Patient, given: str) -> None:
        tag = given.format(tag=admin.api.get(of(patient))["ETag"])

        assert_problem(patch_if(admin.api, of(patient), tag, name="Ana Lima"), 412, "precondition-failed")

    @pytest.mark.parametrize("given", ["*", '"other", {tag}'])
    def test_goes_through_with_any_and_with_one_of_several(self, admin: Member, patient: Patient, given: str) -> None:
        tag = given.format(tag=admin.api.get(of(patient))["ETag"])

        assert patch_if(admin.api, of(patient), tag, name="Ana Lima").status_code == 200

    def test_may_delete_what_was_read(self, admin: Member, patient: Patient) -> None:
        tag = admin.api.get(of(patient))["ETag"]

        assert admin.api.delete(of(patient), HTTP_IF_MATCH=tag).status_code == 204

    @pytest.mark.parametrize(("who", "status"), [("the patient", 403), ("admin of another clinic", 404)])
    def test_tells_nothing_to_those_who_may_not(
        self, people: dict[str, Member], patient: Patient, who: str, status: int
    ) -> None:
        assert_allowed(patch_if(people[who].api, of(patient), '"other"', name="Eva"), status)


class TestASourceAccount:
    @pytest.fixture
    def account(self, admin: Member) -> SourceAccount:
        return SourceAccount.objects.create(clinic_id=admin.caller.clinic_id, email="a@b.example", password="x")

    @pytest.fixture
    def address(self, account: SourceAccount) -> str:
        return f"{V1}librelinkup/accounts/{account.id}/"

    def test_is_not_sent_again_until_a_sync_noted_something(
        self, admin: Member, account: SourceAccount, address: str
    ) -> None:
        tag = admin.api.get(address)["ETag"]
        assert_unchanged(asked_again(admin.api, address, tag), tag)

        SourceAccount.objects.filter(id=account.id).update(last_success_at=NOW)

        assert asked_again(admin.api, address, tag).status_code == 200

    def test_is_changed_whatever_a_sync_noted_meanwhile(
        self, admin: Member, account: SourceAccount, address: str
    ) -> None:
        tag = admin.api.get(address)["ETag"]
        SourceAccount.objects.filter(id=account.id).update(state=AccountState.RATE_LIMITED, last_success_at=NOW)

        assert patch_if(admin.api, address, tag, region="eu").status_code == 200

    def test_is_not_changed_after_somebody_else_did(self, admin: Member, address: str) -> None:
        tag = admin.api.get(address)["ETag"]
        assert patch_if(admin.api, address, tag, password="another").status_code == 200

        assert_problem(patch_if(admin.api, address, tag, region="eu"), 412, "precondition-failed")
        assert_problem(admin.api.delete(address, HTTP_IF_MATCH=tag), 412, "precondition-failed")
        assert admin.api.delete(address, HTTP_IF_MATCH=admin.api.get(address)["ETag"]).status_code == 204
