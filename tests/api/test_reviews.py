"""`reviews/`, `reviews/rules/`, `patients/{id}/reviews/`, `patients/{id}/review-cadence/`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from patients.care_models import Review
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_field_refused,
    assert_parameter_refused,
    assert_problem,
    send,
)
from tests.conftest import Member, named, put, tokens_of

QUEUE = V1 + "reviews/"
RULES = QUEUE + "rules/"
Make = Callable[..., Patient]


def address(patient: Patient, what: str = "reviews") -> str:
    return f"{V1}patients/{patient.id}/{what}/"


def review(api: APIClient, patient: Patient, **body: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "post", address(patient), {"outcome": "no_change"} | body)


def queue(api: APIClient, **query: Any) -> Any:
    response = api.get(QUEUE, query)
    assert response.status_code == 200, response.content
    return response.json()


def listed(api: APIClient, **query: Any) -> list[tuple[str, str, str]]:
    """Whom the queue holds: name, state and day."""
    return [(row["patient"]["name"], row["state"], row["due_on"]) for row in queue(api, **query)["results"]]


def followed(make_patient: Make, clinic: Clinic, name: str, days: int, *clinicians: Member, **fields: Any) -> Patient:
    """A patient whom the clinic has followed for so many days."""
    made = make_patient(clinic, *clinicians, name=name, **fields)
    Patient.objects.filter(id=made.id).update(created_at=NOW - timedelta(days=days))
    return made


def at(clock: Any, moment: datetime, member: Member) -> None:
    """Move the clock, and sign in anew: no token lasts so long."""
    clock.move_to(moment)
    member.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(member.user).access}")


def low(patient: Patient) -> None:
    """A day of the last week is very low."""
    put(patient, *[40] * 288, start=NOW - timedelta(days=3), now=NOW)


class TestReviewing:
    def test_answers_the_review(self, clinician: Member, patient: Patient) -> None:
        response = review(clinician.api, patient, outcome="contacted", note="Called.", next_on="2026-04-01")

        assert response.status_code == 201
        answer = response.json()
        assert answer == {
            "id": answer["id"],
            "reviewed_at": "2026-03-15T12:00:00Z",
            "reviewed_on": "2026-03-15",
            "reviewer": {"id": str(clinician.user.id), "name": clinician.user.name},
            "outcome": "contacted",
            "note": "Called.",
            "next_on": "2026-04-01",
            "next_by_cadence": False,
        }
        assert clinician.api.get(address(patient)).json()["results"] == [answer]

    def test_is_next_by_the_cadence(self, admin: Member, patient: Patient) -> None:
        first = review(admin.api, patient).json()
        admin.api.put(address(patient, "review-cadence"), {"kind": "custom", "days": 10}, format="json")
        second = review(admin.api, patient, next_on=None).json()

        assert [(one["next_on"], one["next_by_cadence"]) for one in (first, second)] == [
            ("2026-03-29", True),
            ("2026-03-25", True),
        ]

    def test_is_on_the_day_of_the_clinics_zone(self, admin: Member, patient: Patient, clock: Any) -> None:
        rules = {"timezone": "America/Sao_Paulo", "kind": "monthly"}
        admin.api.put(RULES, rules, format="json")
        at(clock, NOW.replace(month=2, day=1, hour=2), admin)

        answer = review(admin.api, patient).json()

        assert (answer["reviewed_on"], answer["next_on"]) == ("2026-01-31", "2026-02-28")

    def test_keeps_the_note_as_ciphertext(self, admin: Member, patient: Patient) -> None:
        review(admin.api, patient, note="Called.")

        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM patients_review")
            (stored,) = cursor.fetchone()
        assert "Called" not in stored
        assert Review.objects.get().note == "Called."

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"outcome": "fine"}, "/outcome"),
            ({"outcome": None}, "/outcome"),
            ({"note": 5}, "/note"),
            ({"note": "x" * 10_001}, "/note"),
            ({"next_on": "2026-03-15"}, "/next_on"),
            ({"next_on": "2028-03-15"}, "/next_on"),
            ({"next_on": "9999-12-31"}, "/next_on"),
            ({"next_on": "soon"}, "/next_on"),
            ({"reviewed_on": "2026-03-01"}, "/reviewed_on"),
        ],
    )
    def test_refuses_a_bad_field_and_stores_nothing(
        self, admin: Member, patient: Patient, body: dict[str, Any], pointer: str
    ) -> None:
        assert_field_refused(review(admin.api, patient, **body), pointer)
        assert not Review.objects.exists()

    def test_has_a_history(self, admin: Member, patient: Patient) -> None:
        made = [review(admin.api, patient, note=str(number)).json() for number in range(3)]

        assert admin.api.get(address(patient)).json()["results"] == made[::-1]
        assert_problem(admin.api.delete(address(patient)), 405, "method-not-allowed")

    def test_is_done_once_for_a_key(self, admin: Member, patient: Patient) -> None:
        for _ in range(2):
            admin.api.post(address(patient), {"outcome": "other"}, format="json", headers={"idempotency-key": "1"})

        assert Review.objects.count() == 1


class TestTheCadence:
    def test_is_the_clinics_until_a_patient_has_their_own(self, clinician: Member, patient: Patient) -> None:
        cadence = address(patient, "review-cadence")
        before = clinician.api.get(cadence).json()

        own = clinician.api.put(cadence, {"kind": "custom", "days": 3}, format="json").json()

        assert before == {"kind": "two_weekly", "days": None, "own": False}
        assert own == clinician.api.get(cadence).json() == {"kind": "custom", "days": 3, "own": True}
        assert clinician.api.delete(cadence).status_code == 204
        assert clinician.api.get(cadence).json() == before

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/kind"),
            ({"kind": "daily"}, "/kind"),
            ({"kind": "custom"}, "/days"),
            ({"kind": "custom", "days": 0}, "/days"),
            ({"kind": "custom", "days": 366}, "/days"),
            ({"kind": "custom", "days": True}, "/days"),
            ({"kind": "weekly", "days": 7}, "/days"),
            ({"kind": "weekly", "every": 7}, "/every"),
        ],
    )
    def test_that_cannot_be_is_refused(self, admin: Member, patient: Patient, body: Any, pointer: str) -> None:
        assert_field_refused(admin.api.put(address(patient, "review-cadence"), body, format="json"), pointer)

    def test_of_the_clinic_is_set_as_a_whole(self, admin: Member) -> None:
        assert admin.api.get(RULES).json() == {
            "timezone": "UTC",
            "kind": "two_weekly",
            "days": None,
            "by_category": {"very_low": 3},
        }
        first = {"timezone": "Europe/Berlin", "kind": "custom", "days": 5, "by_category": {"no_data": 2}}
        second = {"timezone": "UTC", "kind": "weekly"}

        assert admin.api.put(RULES, first, format="json").json() == first
        assert admin.api.put(RULES, second, format="json").json() == second | {"days": None, "by_category": {}}
        assert admin.api.get(RULES).json() == second | {"days": None, "by_category": {}}

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"timezone": "Mars"}, "/timezone"),
            ({"timezone": ...}, "/timezone"),
            ({"by_category": {"very_low": 0}}, "/by_category/very_low"),
            ({"by_category": {"very_low": 366}}, "/by_category/very_low"),
            ({"by_category": {"extreme_high": 3}}, "/by_category/extreme_high"),
            ({"by_category": []}, "/by_category"),
        ],
    )
    def test_of_the_clinic_that_cannot_be_is_refused(self, admin: Member, changes: Any, pointer: str) -> None:
        body = {name: one for name, one in ({"timezone": "UTC", "kind": "weekly"} | changes).items() if one is not ...}

        assert_field_refused(admin.api.put(RULES, body, format="json"), pointer)
        assert admin.api.get(RULES).json()["kind"] == "two_weekly"


class TestTheQueue:
    def test_says_who_is_due_since_when_and_why(
        self, admin: Member, clinic: Clinic, make_patient: Make, clock: Any
    ) -> None:
        ana = followed(make_patient, clinic, "Ana", 30)
        at(clock, NOW - timedelta(days=16), admin)
        last = review(admin.api, ana, outcome="appointment").json()
        at(clock, NOW, admin)

        answer = queue(admin.api)

        assert answer["results"] == [
            {
                "patient": {"id": str(ana.id), "name": "Ana"},
                "state": "overdue",
                "due_on": "2026-03-13",
                "overdue_days": 2,
                "because": {
                    "by": "cadence",
                    "category": None,
                    "words": "Reviewed every two weeks by the clinic's cadence; last reviewed on 2026-02-27.",
                },
                "categories": ["low_use", "no_data"],
                "cadence": {"kind": "two_weekly", "days": None, "own": False},
                "last_review": last,
            }
        ]
        assert (answer["today"], answer["timezone"]) == ("2026-03-15", "UTC")
        assert answer["counts"] == {"overdue": 1, "due": 0, "upcoming": 0}

    def test_holds_by_its_states(self, admin: Member, clinic: Clinic, make_patient: Make) -> None:
        for name, days in (("Late", 15), ("Today", 14), ("Soon", 13)):
            followed(make_patient, clinic, name, days)

        assert listed(admin.api) == [("Late", "overdue", "2026-03-14"), ("Today", "due", "2026-03-15")]
        assert [name for name, _, _ in listed(admin.api, state="upcoming")] == ["Soon"]
        assert [name for name, _, _ in listed(admin.api, state="due")] == ["Today"]
        assert [name for name, _, _ in listed(admin.api, state="overdue")] == ["Late"]
        assert [name for name, _, _ in listed(admin.api, state="all")] == ["Late", "Today", "Soon"]
        assert queue(admin.api, state="due")["counts"] == {"overdue": 1, "due": 1, "upcoming": 1}

    def test_is_of_the_clinics_day(self, admin: Member, clinic: Clinic, make_patient: Make, clock: Any) -> None:
        followed(make_patient, clinic, "Ana", 14)
        at(clock, NOW.replace(day=16, hour=2), admin)
        assert listed(admin.api) == [("Ana", "overdue", "2026-03-15")]

        admin.api.put(RULES, {"timezone": "America/Sao_Paulo", "kind": "two_weekly"}, format="json")

        assert listed(admin.api) == [("Ana", "due", "2026-03-15")]

    def test_a_review_takes_out_of_it(self, admin: Member, clinic: Clinic, make_patient: Make) -> None:
        ana = followed(make_patient, clinic, "Ana", 20)

        review(admin.api, ana, next_on="2026-03-20")

        assert listed(admin.api) == []
        (row,) = queue(admin.api, state="all")["results"]
        assert row["because"]["words"] == "The last review chose this day; last reviewed on 2026-03-15."
        assert (row["due_on"], row["because"]["by"]) == ("2026-03-20", "date")

    def test_moves_with_the_cadence_but_not_a_chosen_day(
        self, admin: Member, clinic: Clinic, make_patient: Make, clock: Any
    ) -> None:
        by_cadence, chosen = (followed(make_patient, clinic, name, 20) for name in ("Ana", "Bia"))
        review(admin.api, by_cadence)
        review(admin.api, chosen, next_on="2026-03-30")

        admin.api.put(RULES, {"timezone": "UTC", "kind": "weekly"}, format="json")

        assert listed(admin.api, state="all") == [("Ana", "upcoming", "2026-03-22"), ("Bia", "upcoming", "2026-03-30")]

    def test_a_category_brings_in_at_once(self, admin: Member, clinic: Clinic, make_patient: Make) -> None:
        ana = followed(make_patient, clinic, "Ana", 2)
        followed(make_patient, clinic, "Bia", 40)
        low(ana)

        rows = queue(admin.api)["results"]

        assert [(row["patient"]["name"], row["state"], row["due_on"]) for row in rows] == [
            ("Ana", "due", "2026-03-15"),
            ("Bia", "overdue", "2026-02-17"),
        ]
        assert rows[0]["because"] == {
            "by": "category",
            "category": "very_low",
            "words": "Too much time below 54 mg/dL (very_low): to be reviewed at once;"
            " never reviewed, followed since 2026-03-13.",
        }
        assert "very_low" in rows[0]["categories"]

    def test_a_category_waits_its_days_after_a_review(
        self, admin: Member, clinic: Clinic, make_patient: Make, clock: Any
    ) -> None:
        ana = followed(make_patient, clinic, "Ana", 2)
        low(ana)
        review(admin.api, ana)
        assert listed(admin.api) == []
        assert listed(admin.api, state="all") == [("Ana", "upcoming", "2026-03-18")]

        at(clock, NOW + timedelta(days=4), admin)

        (row,) = queue(admin.api)["results"]
        assert (row["state"], row["due_on"]) == ("due", "2026-03-19")
        assert row["because"]["words"].endswith(
            "(very_low): to be reviewed 3 days after a review; last reviewed on 2026-03-15."
        )

    def test_a_category_is_told_beside_the_cadence(self, admin: Member, clinic: Clinic, make_patient: Make) -> None:
        low(followed(make_patient, clinic, "Ana", 40))

        (row,) = queue(admin.api)["results"]

        assert row["because"]["by"] == "cadence"
        assert row["because"]["words"].endswith(" Brought in by very_low (too much time below 54 mg/dL) too.")

    def test_a_category_that_is_not_named_brings_nobody_in(
        self, admin: Member, clinic: Clinic, make_patient: Make
    ) -> None:
        low(followed(make_patient, clinic, "Ana", 2))

        admin.api.put(RULES, {"timezone": "UTC", "kind": "two_weekly", "by_category": {}}, format="json")

        assert listed(admin.api) == []

    @pytest.mark.parametrize("fields", [{"status": "paused"}, {"status": "discharged"}, {"deleted_at": NOW}])
    def test_holds_nobody_whom_the_clinic_does_not_follow(
        self, admin: Member, clinic: Clinic, make_patient: Make, fields: Any
    ) -> None:
        followed(make_patient, clinic, "Ana", 40, **fields)

        assert listed(admin.api, state="all") == []

    def test_is_of_whom_the_caller_sees(
        self, people: dict[str, Member], clinic: Clinic, other_clinic: Clinic, make_patient: Make
    ) -> None:
        Patient.objects.update(created_at=NOW - timedelta(days=20))
        names = {who: [name for name, _, _ in listed(people[who].api)] for who in ("admin", "assigned clinician")}

        assert names == {"admin": ["Ana Souza", "Bia Lima"], "assigned clinician": ["Ana Souza"]}
        assert listed(people["unassigned clinician"].api) == []
        assert listed(people["admin of another clinic"].api) == []
        for who in ("researcher", "service", "the patient"):
            assert_problem(people[who].api.get(QUEUE), 403, "forbidden")

    @pytest.mark.parametrize("ordering", ["urgency", "due_on", "-due_on", "last_review", "-last_review"])
    def test_goes_page_by_page_in_its_order_both_ways(
        self, admin: Member, clinic: Clinic, make_patient: Make, ordering: str, clock: Any
    ) -> None:
        made = [followed(make_patient, clinic, str(number), 20 + number % 3) for number in range(7)]
        low(made[3])
        for number in (1, 4, 5):
            at(clock, NOW - timedelta(days=20 + number % 2), admin)
            assert review(admin.api, made[number]).status_code == 201
        at(clock, NOW, admin)
        whole = queue(admin.api, ordering=ordering)["results"]

        forwards, asked = [], f"{QUEUE}?ordering={ordering}&page_size=3"
        while asked:
            forwards.append(admin.api.get(asked).json())
            asked = forwards[-1]["next"]

        assert [len(page["results"]) for page in forwards] == [3, 3, 1]
        assert [row for page in forwards for row in page["results"]] == whole
        assert admin.api.get(forwards[1]["previous"]).json()["results"] == whole[:3]
        assert len({row["patient"]["id"] for row in whole}) == 7
        if ordering == "urgency":
            assert whole[0]["patient"]["name"] == "3"
            whole, ordering = whole[1:], "due_on"
        told = [row["due_on"] if "due" in ordering else reviewed(row) for row in whole]
        told = [one for one in told if one]
        assert told == sorted(told, reverse=ordering.startswith("-"))

    def test_holds_by_category_and_by_the_filters_of_patients(
        self, admin: Member, clinician: Member, clinic: Clinic, make_patient: Make
    ) -> None:
        low(followed(make_patient, clinic, "Ana Souza", 20, clinician, diabetes_type="type1"))
        followed(make_patient, clinic, "Bia Lima", 20, diabetes_type="type2")

        def names(**query: Any) -> list[str]:
            return [name for name, _, _ in listed(admin.api, **query)]

        assert names(category="very_low") == names(clinician=str(clinician.user.id)) == ["Ana Souza"]
        assert names(diabetes_type="type2") == names(search="lima") == names(category="no_data") == ["Bia Lima"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("state", "late"),
            ("ordering", "name"),
            ("category", "fine"),
            ("clinician", "me"),
            ("diabetes_type", "x"),
            ("cursor", "x"),
            ("page_size", "0"),
        ],
    )
    def test_refuses_a_bad_parameter(self, admin: Member, name: str, value: str) -> None:
        assert_parameter_refused(admin.api.get(QUEUE, {name: value}), name)

    def test_takes_the_categories_from_the_sums_that_the_overview_keeps(
        self, admin: Member, clinic: Clinic, make_patient: Make
    ) -> None:
        low(followed(make_patient, clinic, "Ana", 2))
        admin.api.get(f"{V1}clinic/overview/")
        asked: list[str] = []

        def note(execute: Any, statement: Any, *rest: Any) -> Any:
            asked.append(str(statement))
            return execute(statement, *rest)

        with connection.execute_wrapper(note):
            (row,) = queue(admin.api)["results"]

        assert "very_low" in row["categories"]
        assert any("patients_review" in statement for statement in asked)
        assert not any("clinic_periods" in statement for statement in asked)

    def test_asks_no_more_for_many_than_for_one(
        self, admin: Member, clinic: Clinic, make_patient: Make, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(30):
            review(admin.api, followed(make_patient, clinic, str(number), 20))
        Review.objects.update(next_on=date(2026, 3, 16))

        with django_assert_max_num_queries(16):
            assert len(queue(admin.api, state="all")["results"]) == 30


def reviewed(row: Any) -> str:
    last = row["last_review"]
    return last["reviewed_on"] if last else ""


def test_a_clinician_who_loses_a_patient_reviews_them_no_more(
    admin: Member, clinician: Member, clinic: Clinic, patient: Patient, member: Callable[..., Member]
) -> None:
    other = member(clinic, Role.CLINICIAN)
    admin.api.patch(f"{V1}patients/{patient.id}/", {"clinicians": [str(other.user.id)]}, format="json")

    assert_problem(review(clinician.api, patient), 404, "not-found")
    assert review(other.api, patient).status_code == 201
    assert len(named(patient.name)) == 1
