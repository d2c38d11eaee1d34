"""`Idempotency-Key` on what creates something."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from accounts.idempotency import forget_kept_answers
from accounts.models import Clinic, KeptAnswer
from accounts.roles import Role
from glucose.models import Exclusion, Reading, SourceAccount
from patients.models import Consent, Patient
from tests.api.asserting import JSON, NOW, V1, assert_allowed, assert_field_refused, assert_problem
from tests.conftest import Member, named, tokens_of
from work.models import Task

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
ANA = {"name": "Ana Lima", "timezone": "America/Sao_Paulo", "external_ref": "A-1"}
READINGS = {"readings": [{"time": "2026-03-01T08:00:00Z", "value": 100}, {"time": "2026-03-01T08:05:00Z", "value": 9}]}


def post(api: APIClient, address: str, body: Any, key: str | None = KEY) -> Any:
    api.raise_request_exception = False
    headers: dict[str, Any] = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return api.post(f"{V1}{address}", json.dumps(body), content_type=JSON, **headers)


@pytest.fixture
def posts(patient: Patient) -> dict[str, tuple[str, Any, Callable[[], int]]]:
    """By what is created: where, from which body, and how many there are."""
    return {
        "readings": (f"patients/{patient.id}/readings/", READINGS, Reading.objects.count),
        "patient": ("patients/", ANA, lambda: len(named("Ana Lima"))),
        "consent": (
            f"patients/{patient.id}/consents/",
            {"purpose": "research", "version": "1"},
            Consent.objects.count,
        ),
        "exclusion": (
            f"patients/{patient.id}/exclusions/",
            {"start": "2026-03-01T08:00:00Z", "end": "2026-03-01T09:00:00Z", "reason": "warm_up"},
            Exclusion.objects.count,
        ),
        "account": (
            "librelinkup/accounts/",
            {"email": "a@b.example", "password": "correct horse"},
            SourceAccount.objects.count,
        ),
    }


EACH = pytest.mark.parametrize("what", ["readings", "patient", "consent", "exclusion", "account"])


@EACH
def test_the_same_request_is_done_once_and_answered_the_same(
    admin: Member, posts: dict[str, Any], what: str, clock: Any
) -> None:
    address, body, count = posts[what]
    first = post(admin.api, address, body)
    tasks = Task.objects.count()
    clock.shift(timedelta(minutes=10))

    again = post(admin.api, address, body)

    assert first.status_code in (200, 201)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Content-Type"] == first["Content-Type"]
    assert again.get("ETag") == first.get("ETag")
    assert (count(), Task.objects.count()) == (1, tasks)


@EACH
def test_another_body_is_refused(admin: Member, posts: dict[str, Any], what: str) -> None:
    address, body, count = posts[what]
    post(admin.api, address, body)

    assert_problem(post(admin.api, address, {**body, "other": 1}), 422, "idempotency-key-reused")
    assert count() == 1


@EACH
def test_another_key_is_another_request(admin: Member, posts: dict[str, Any], what: str) -> None:
    address, body, _ = posts[what]
    post(admin.api, address, body)

    assert "Idempotency-Replayed" not in post(admin.api, address, body, "another")
    assert "Idempotency-Replayed" not in post(admin.api, address, body, None)


def test_the_same_body_elsewhere_is_refused(admin: Member, patient: Patient, make_patient: Any, clinic: Clinic) -> None:
    post(admin.api, f"patients/{patient.id}/readings/", READINGS)
    other = make_patient(clinic)

    assert_problem(post(admin.api, f"patients/{other.id}/readings/", READINGS), 422, "idempotency-key-reused")
    assert not Reading.objects.filter(patient_id=other.id).exists()


def test_a_key_belongs_to_its_user(admin: Member, clinician: Member, patient: Patient) -> None:
    post(admin.api, f"patients/{patient.id}/readings/", READINGS)

    answer = post(clinician.api, f"patients/{patient.id}/readings/", READINGS)

    assert "Idempotency-Replayed" not in answer
    assert answer.json()["duplicates"] == 1


def test_what_was_refused_is_not_kept(admin: Member) -> None:
    assert_field_refused(post(admin.api, "patients/", {**ANA, "timezone": "Mars"}), "/timezone")

    assert post(admin.api, "patients/", ANA).status_code == 201


def test_a_conflict_may_be_tried_again_when_it_is_gone(admin: Member, patient: Patient) -> None:
    patient.external_ref = "A-1"
    patient.save()
    assert_problem(post(admin.api, "patients/", ANA), 409, "conflict")
    patient.external_ref = "A-2"
    patient.save()

    assert post(admin.api, "patients/", ANA).status_code == 201


def test_a_failure_keeps_neither_the_work_nor_the_answer(admin: Member, patient: Patient) -> None:
    address = f"patients/{patient.id}/readings/"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_keptanswer ADD CONSTRAINT broken CHECK (status <> 200)")
    assert_problem(post(admin.api, address, READINGS), 500, "internal-error")
    assert Reading.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_keptanswer DROP CONSTRAINT broken")

    again = post(admin.api, address, READINGS)

    assert (again.status_code, again.json()["stored"]) == (200, 1)
    assert "Idempotency-Replayed" not in again


def test_no_password_and_no_bare_digest_of_it_is_kept(admin: Member, posts: dict[str, Any]) -> None:
    from hashlib import sha256

    address, body, _ = posts["account"]
    post(admin.api, address, body)

    row = KeptAnswer.objects.get()
    assert "correct horse" not in row.body
    assert row.body_digest != sha256(json.dumps(body).encode()).hexdigest()


@pytest.mark.parametrize("key", ["", "two words", "é", "x" * 256, "tab\there"])
def test_a_key_has_a_form(admin: Member, key: str) -> None:
    assert_problem(post(admin.api, "patients/", ANA, key), 422, "invalid-input")
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, '"quoted"', "~!@#%"])
def test_any_visible_characters_are_a_key(admin: Member, key: str) -> None:
    assert post(admin.api, "patients/", ANA, key).status_code == 201
    assert post(admin.api, "patients/", ANA, key)["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("who", "status"), [("the patient", 403), ("admin of another clinic", 404)])
def test_a_key_opens_nothing(people: dict[str, Member], patient: Patient, who: str, status: int) -> None:
    assert_allowed(post(people[who].api, f"patients/{patient.id}/readings/", READINGS), status)
    assert not KeptAnswer.objects.exists()


def test_answers_are_forgotten_after_a_day(admin: Member) -> None:
    post(admin.api, "patients/", ANA)

    assert forget_kept_answers(NOW + timedelta(hours=23)) == 0
    assert forget_kept_answers(NOW + timedelta(hours=25)) == 1


def test_ten_thousand_readings_are_kept_with_their_receipt(admin: Member, patient: Patient) -> None:
    start = NOW - timedelta(days=60)
    body = {
        "readings": [
            {"time": (start + timedelta(minutes=5 * n)).isoformat(), "value": 100 + n % 50} for n in range(10_000)
        ]
    }
    first = post(admin.api, f"patients/{patient.id}/readings/", body)

    again = post(admin.api, f"patients/{patient.id}/readings/", body)

    assert first.json()["stored"] == 10_000
    assert (again["Idempotency-Replayed"], again.content) == ("true", first.content)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """Committed, from threads with connections of their own."""

    @pytest.fixture
    def admin(self, transactional_db: None, member: Callable[..., Member]) -> Member:
        return member(Clinic.objects.create(name="Clínica Leste"), Role.ADMIN)

    def test_one_of_several_does_it(self, admin: Member) -> None:
        answers: list[Any] = []
        together = threading.Barrier(2)
        bearer = f"Bearer {tokens_of(admin.user).access}"

        def send() -> None:
            api = APIClient()
            api.credentials(HTTP_AUTHORIZATION=bearer)
            together.wait(timeout=30)
            try:
                answers.append(post(api, "patients/", ANA))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert len(answers) == 2
        assert Patient.objects.count() == 1
        done = [answer for answer in answers if answer.status_code == 201]
        assert sum("Idempotency-Replayed" not in answer for answer in done) == 1
        assert len({answer.content for answer in done}) == 1
        for answer in answers:
            if answer.status_code != 201:
                assert_problem(answer, 409, "request-in-progress")
                assert answer["Retry-After"]

    def test_the_second_is_told_to_wait_where_sessions_are_apart(self, admin: Member) -> None:
        answers: list[Any] = []

        def send() -> None:
            answers.append(post(admin.api, "patients/", ANA))
            connections.close_all()

        thread = threading.Thread(target=send)
        with transaction.atomic():
            with connection.cursor() as cursor:
                name = f"{admin.user.id} {KEY}"
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [name])
            thread.start()
            thread.join(timeout=1)
        thread.join(timeout=60)

        # The embedded server does one transaction at a time: there it waits instead, and is done.
        if answers[0].status_code != 201:
            assert_problem(answers[0], 409, "request-in-progress")
        assert post(admin.api, "patients/", ANA).status_code == 201
        assert Patient.objects.count() == 1
