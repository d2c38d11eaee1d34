"""`/health/`, `/health/live/`, `/health/ready/`."""

from datetime import timedelta

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.asserting import LEAKS, NOW
from work import heartbeat, leases, scheduler
from work.queues import BULK, DEFAULT, QUEUES

NOWHERE = "redis://:s3cret@127.0.0.1:1/0"


@pytest.fixture
def nobody_works(db: None) -> None:
    """No worker has ever answered."""
    with heartbeat.connect() as client:
        client.delete(*map(heartbeat.KEY.format, QUEUES))


@pytest.fixture
def all_work(db: None) -> None:
    """A worker answered just now, and a scheduler holds the lease."""
    heartbeat.beat(QUEUES, NOW)
    assert leases.acquire(scheduler.LEASE, "here:1", NOW, 12)


def test_it_is_ok_where_every_part_is(anonymous: APIClient, all_work: None) -> None:
    response = anonymous.get("/health/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "django": "ok",
        "timescaledb": "ok",
        "redis": "ok",
        "dramatiq": "ok",
        "scheduler": "ok",
    }


def test_it_names_the_parts_that_are_not(anonymous: APIClient, nobody_works: None) -> None:
    response = anonymous.get("/health/")

    answer = response.json()
    assert response.status_code == 503
    assert list(answer) == ["django", "timescaledb", "redis", "dramatiq", "scheduler"]
    assert {name for name, state in answer.items() if state != "ok"} == {"dramatiq", "scheduler"}


def test_it_names_the_queue_that_has_no_worker(anonymous: APIClient, all_work: None) -> None:
    with heartbeat.connect() as client:
        client.delete(heartbeat.KEY.format(BULK))

    assert anonymous.get("/health/").json()["dramatiq"] == "bulk: no worker has answered yet"


@pytest.mark.parametrize(("seconds", "status"), [(45, 200), (46, 503)])
def test_it_waits_three_quarters_of_a_minute_for_a_worker(
    anonymous: APIClient, all_work: None, seconds: int, status: int
) -> None:
    heartbeat.beat([BULK], NOW - timedelta(seconds=seconds))

    assert anonymous.get("/health/").status_code == status


def test_it_does_not_believe_in_a_worker_of_tomorrow(anonymous: APIClient, all_work: None) -> None:
    heartbeat.beat([DEFAULT], NOW + timedelta(days=1))

    assert "ahead" in anonymous.get("/health/").json()["dramatiq"]


def test_it_does_not_count_a_lease_that_ran_out(anonymous: APIClient, db: None) -> None:
    heartbeat.beat(QUEUES, NOW)
    leases.acquire(scheduler.LEASE, "here:1", NOW - timedelta(seconds=12), 12)

    assert anonymous.get("/health/").json()["scheduler"] != "ok"


@pytest.mark.parametrize("path", ["/health/", "/health/ready/"])
def test_it_tells_that_redis_does_not_answer_and_not_where_it_is(
    anonymous: APIClient, all_work: None, settings: Settings, path: str
) -> None:
    settings.REDIS_URL = NOWHERE

    response = anonymous.get(path)

    answer = response.json()
    assert response.status_code == 503
    assert (answer["timescaledb"], answer["redis"] == "ok") == ("ok", False)
    assert b"s3cret" not in response.content
    assert b"127.0.0.1" not in response.content
    assert not LEAKS.search(response.content)


def test_live_needs_nothing(anonymous: APIClient, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE

    assert anonymous.get("/health/live/").status_code == 200


def test_ready_needs_no_worker(anonymous: APIClient, nobody_works: None) -> None:
    response = anonymous.get("/health/ready/")

    assert (response.status_code, response.json()) == (200, {"django": "ok", "timescaledb": "ok", "redis": "ok"})


@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/ready/"])
def test_it_is_never_cached(anonymous: APIClient, path: str) -> None:
    assert "no-store" in anonymous.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/ready/"])
def test_it_needs_no_token_and_minds_no_bad_one(anonymous: APIClient, all_work: None, path: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer garbage")

    assert anonymous.get(path).status_code == 200
