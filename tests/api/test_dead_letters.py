"""`dead-letters/`: what was given up of the clinic's background work."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
from pytest_django import Settings

from accounts.models import Clinic
from accounts.roles import Role
from tests.api.asserting import NOW, V1, assert_not_found, assert_problem, pages
from tests.conftest import Member
from work.models import DeadLetter
from work.queues import QUEUES

LETTERS = V1 + "dead-letters/"
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def broker() -> Iterator[Any]:
    """The queues, empty before and after."""
    broker = dramatiq.get_broker()
    # By their names: this process may have declared none.
    for queue in QUEUES:
        broker.flush(queue)
    yield broker
    for queue in QUEUES:
        broker.flush(queue)


def make(clinic: Clinic | None, **fields: Any) -> DeadLetter:
    return DeadLetter.objects.create(
        **{
            "message_id": uuid4(),
            "actor": "sync_account",
            "queue": "default",
            "arguments": {"account_id": "01952f00-0000-7000-8000-000000000001"},
            "reason": "It took longer than its time limit.",
            "attempts": 4,
            "died_at": NOW,
            "clinic_id": clinic.id if clinic else None,
            **fields,
        }
    )


def test_one_says_what_was_to_be_done_and_why_it_was_not(admin: Member, clinic: Clinic) -> None:
    letter = make(clinic)

    assert admin.api.get(LETTERS).json()["results"] == [
        {
            "id": str(letter.id),
            "actor": "sync_account",
            "queue": "default",
            "arguments": {"account_id": "01952f00-0000-7000-8000-000000000001"},
            "reason": "It took longer than its time limit.",
            "attempts": 4,
            "died_at": "2026-03-15T12:00:00Z",
            "task": None,
            "requeued_at": None,
        }
    ]


def test_the_list_covers_the_clinics_own_newest_first(admin: Member, clinic: Clinic, other_clinic: Clinic) -> None:
    ours = [str(make(clinic).id) for _ in range(5)]
    make(other_clinic)
    make(None)

    found = pages(admin.api, LETTERS, {"page_size": 2})

    assert [row["id"] for page in found for row in page] == ours[::-1]


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RESEARCHER, Role.SERVICE, Role.PATIENT])
def test_nobody_but_administrators_sees_them(clinic: Clinic, member: Callable[..., Member], role: Role) -> None:
    letter = make(clinic)
    api = member(clinic, role).api

    assert_problem(api.get(LETTERS), 403, "forbidden")
    assert_problem(api.post(f"{LETTERS}{letter.id}/requeue/"), 403, "forbidden")


class TestRequeue:
    def test_sends_the_message_again(self, admin: Member, clinic: Clinic, broker: Any) -> None:
        letter = make(clinic, queue="bulk", actor="rebuild_state")

        answer = admin.api.post(f"{LETTERS}{letter.id}/requeue/")

        (sent,) = [dramatiq.Message.decode(data) for data in broker.client.hvals("dramatiq:bulk.msgs")]
        letter.refresh_from_db()
        assert (answer.status_code, answer.json()["requeued_at"]) == (200, "2026-03-15T12:00:00Z")
        assert (sent.actor_name, sent.kwargs) == ("rebuild_state", letter.arguments)
        assert sent.message_id != letter.message_id
        assert letter.requeued_by == admin.user

    def test_sends_it_once(self, admin: Member, clinic: Clinic, broker: Any) -> None:
        letter = make(clinic)
        admin.api.post(f"{LETTERS}{letter.id}/requeue/")

        assert_problem(admin.api.post(f"{LETTERS}{letter.id}/requeue/"), 409, "conflict")
        assert broker.client.llen("dramatiq:default") == 1

    def test_leaves_the_letter_as_it_was_where_redis_does_not_answer(
        self, admin: Member, clinic: Clinic, settings: Settings
    ) -> None:
        letter = make(clinic)
        ours, settings.REDIS_URL = dramatiq.get_broker(), NOWHERE
        from work.broker import make_broker

        dramatiq.set_broker(make_broker())
        try:
            response = admin.api.post(f"{LETTERS}{letter.id}/requeue/")
        finally:
            dramatiq.set_broker(ours)

        letter.refresh_from_db()
        assert_problem(response, 503, "unavailable")
        assert letter.requeued_at is None

    def test_of_another_clinic_is_not_found(self, admin: Member, other_clinic: Clinic, broker: Any) -> None:
        assert_not_found(admin.api.post(f"{LETTERS}{make(other_clinic).id}/requeue/"))
        assert_not_found(admin.api.post(f"{LETTERS}{make(None).id}/requeue/"))
        assert broker.client.llen("dramatiq:default") == 0


class TestDiscard:
    def test_forgets_the_letter(self, admin: Member, clinic: Clinic) -> None:
        letter = make(clinic)

        response = admin.api.post(f"{LETTERS}{letter.id}/discard/", {"confirm": True}, format="json")

        assert response.status_code == 204
        assert not DeadLetter.objects.exists()

    @pytest.mark.parametrize("body", [{}, {"confirm": False}, {"confirm": None}, {"confirm": True, "more": 1}])
    def test_needs_to_be_confirmed(self, admin: Member, clinic: Clinic, body: dict[str, Any]) -> None:
        letter = make(clinic)

        response = admin.api.post(f"{LETTERS}{letter.id}/discard/", body, format="json")

        assert_problem(response, 422, "invalid-input")
        assert DeadLetter.objects.exists()

    def test_of_another_clinic_is_not_found(self, admin: Member, other_clinic: Clinic) -> None:
        letter = make(other_clinic)

        assert_not_found(admin.api.post(f"{LETTERS}{letter.id}/discard/", {"confirm": True}, format="json"))
        assert DeadLetter.objects.exists()
