"""After a break: nothing lost, nothing doubled, or a reset."""

from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings

from glucose.announced import KEY
from patients.models import Patient
from tests.conftest import Member, put
from tests.integration.live.conftest import Listen
from tests.integration.live.test_stream import now

pytestmark = pytest.mark.usefixtures("clean_readings")


@pytest.fixture
def start() -> datetime:
    """Early enough for an hour of readings."""
    return now() - timedelta(hours=1)


def later(start: datetime, readings: int) -> datetime:
    return start + timedelta(minutes=5 * readings)


def test_what_came_meanwhile_comes_once(listen: Listen, clinician: Member, patient: Patient, start: datetime) -> None:
    first = listen(clinician).begun()
    put(patient, 100, start=start)
    assert first.value() == 100
    first.close()

    put(patient, 101, 102, start=later(start, 1))
    again = listen(clinician, since=first.id)
    put(patient, 103, start=later(start, 3))

    assert [again.value() for _ in range(3)] == [101, 102, 103]


def test_a_break_in_the_middle_of_an_ingest_loses_nothing(
    listen: Listen, clinician: Member, patient: Patient, start: datetime
) -> None:
    first = listen(clinician).begun()
    put(patient, *range(100, 112), start=start)
    came = [first.value() for _ in range(5)]
    first.close()

    again = listen(clinician, since=first.id)

    assert came + [again.value() for _ in range(7)] == list(range(100, 112))


def test_who_has_had_no_event_resumes_from_where_the_stream_began(
    listen: Listen, clinician: Member, patient: Patient, start: datetime
) -> None:
    first = listen(clinician).begun()
    first.close()

    put(patient, 100, start=start)

    assert listen(clinician, since=first.id).value() == 100


def test_who_sees_somebody_no_more_is_not_told_what_came_meanwhile(
    listen: Listen, clinician: Member, patient: Patient, start: datetime
) -> None:
    first = listen(clinician).begun()
    first.close()
    put(patient, 100, start=start)
    patient.care_assignments.all().delete()

    again = listen(clinician, since=first.id).begun()
    patient.care_assignments.create(user=clinician.user)
    again.close()

    assert again.id > first.id


@pytest.mark.parametrize("since", ["0-1", "18446744073709551615-0"])
def test_an_id_that_is_not_kept_is_answered_by_a_reset(
    listen: Listen, clinician: Member, patient: Patient, start: datetime, since: str
) -> None:
    stream = listen(clinician, since=since)
    assert stream.event().kind == "reset"
    stream.begun()

    put(patient, 100, start=start)

    assert stream.value() == 100


def test_a_stream_of_redis_that_is_gone_is_answered_by_a_reset(
    listen: Listen, clinician: Member, patient: Patient, start: datetime
) -> None:
    first = listen(clinician).begun()
    put(patient, 100, start=start)
    first.value()
    first.close()

    redis.Redis.from_url(settings.REDIS_URL).delete(KEY)
    put(patient, 101, start=later(start, 1))

    assert listen(clinician, since=first.id).event().kind == "reset"
