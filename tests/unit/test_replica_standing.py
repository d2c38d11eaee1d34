"""Whether a replica may answer: it is one, it is near enough, and it is as far as whoever asks was told."""

from typing import Final

import pytest
from django.http import HttpRequest, HttpResponse
from pytest_django import Settings

from accounts import replica_standing
from accounts.models import User
from accounts.replica_standing import Standing, judged
from project.middleware import ReplicaMiddleware

MARK: Final = 1_000


def standing(**changed: object) -> Standing:
    """One that may answer, but for what is changed; heard of at 50 seconds of the process's clock."""
    told: dict[str, object] = {"is_replica": True, "position": MARK, "lag_seconds": 0.5, "heard_at": 50.0}
    return Standing(**(told | changed))  # type: ignore[arg-type]


class TestAReplica:
    def test_that_has_come_so_far_as_the_user_was_told_answers(self) -> None:
        assert judged(standing(), MARK, 50.0) is None

    def test_that_has_not_come_so_far_does_not(self) -> None:
        assert judged(standing(position=MARK - 1), MARK, 50.0) == "has not come so far as this user was told"

    def test_answers_up_to_the_lag_that_is_allowed(self, settings: Settings) -> None:
        settings.REPLICA_MAX_LAG_SECONDS = 10.0

        assert judged(standing(lag_seconds=10.0), 0, 50.0) is None
        assert judged(standing(lag_seconds=10.5), 0, 50.0) == "is 10 s behind"

    def test_is_taken_to_have_stood_still_since_it_was_heard_of(self, settings: Settings) -> None:
        settings.REPLICA_MAX_LAG_SECONDS = 10.0

        assert judged(standing(lag_seconds=9.5), 0, 50.4) is None
        assert judged(standing(lag_seconds=9.5), 0, 51.0) == "is 10 s behind"

    def test_that_has_replayed_nothing_does_not_answer(self) -> None:
        assert judged(standing(lag_seconds=None), 0, 50.0) == "has replayed nothing yet"

    def test_that_became_a_primary_does_not_answer(self) -> None:
        assert judged(standing(is_replica=False), 0, 50.0) == "is no replica"


class TestWhatThePrimaryTold:
    @pytest.fixture(autouse=True)
    def remembered(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[object]:
        """Of whom something was remembered, with a replica configured."""
        settings.DATABASE_REPLICA_URL = "postgres://somewhere/saude"
        found: list[object] = []
        monkeypatch.setattr(replica_standing, "remember", found.append)
        return found

    def answer(self, path: str, **given: object) -> None:
        """A request that somebody with these attributes makes."""
        request = HttpRequest()
        request.path = path
        request.__dict__.update(given)
        ReplicaMiddleware(lambda _: HttpResponse())(request)

    def test_is_remembered_of_who_asked(self, remembered: list[object]) -> None:
        user = User()
        self.answer("/api/v1/patients/", user=user)

        assert remembered == [user.id]

    def test_is_not_where_the_replica_answered_or_nobody_is_known(self, remembered: list[object]) -> None:
        self.answer("/api/v1/patients/", user=User(), by_replica=True)
        self.answer("/api/v1/definitions/")
        self.answer("/account/", user=User())

        assert remembered == []

    def test_is_not_where_there_is_no_replica(self, remembered: list[object], settings: Settings) -> None:
        settings.DATABASE_REPLICA_URL = ""
        self.answer("/api/v1/patients/", user=User())

        assert remembered == []
