"""What comes through an open stream, from the ingest to the socket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Clinic
from patients.models import Patient
from tests.conftest import Member, put
from tests.integration.live.conftest import Listen

pytestmark = pytest.mark.usefixtures("clean_readings")
MakePatient = Callable[..., Patient]


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_a_new_reading_arrives_as_the_latest_one_is_told(listen: Listen, clinician: Member, patient: Patient) -> None:
    stream, taken = listen(clinician).begun(), now()

    put(patient, 123, start=taken, now=taken)

    event = stream.event()
    assert event.kind == "reading"
    age = event.data.pop("age_seconds")
    assert 0 <= age < 60
    assert event.data == {
        "patient": {"id": str(patient.id), "name": "Ana Souza"},
        "time": taken.isoformat().replace("+00:00", "Z"),
        "value": 123,
        "unit": "mg/dL",
        "trend": None,
        "source": "upload",
        "stale": False,
        "out_of_range": 0,
        "excluded": False,
    }


def test_a_value_comes_in_the_unit_that_is_asked_for(listen: Listen, clinician: Member, patient: Patient) -> None:
    stream = listen(clinician, unit="mmol/L").begun()

    put(patient, 100, start=now())

    assert stream.value() == round(100 / 18.0182, 6)


def test_what_the_caller_may_not_see_does_not_come(
    listen: Listen, clinic: Clinic, other_clinic: Clinic, clinician: Member, patient: Patient, make_patient: MakePatient
) -> None:
    stream = listen(clinician).begun()

    put(make_patient(clinic, name="Of a colleague"), 100, start=now())
    put(make_patient(other_clinic, name="Of another clinic"), 101, start=now())
    put(patient, 102, start=now())

    assert stream.value() == 102


def test_everybody_who_sees_a_patient_is_told(
    listen: Listen, admin: Member, clinician: Member, patient: Patient
) -> None:
    streams = [listen(admin).begun(), listen(clinician).begun(), listen(clinician).begun()]

    put(patient, 140, start=now())

    assert [stream.value() for stream in streams] == [140, 140, 140]


def test_several_new_readings_come_in_the_order_of_their_times(
    listen: Listen, clinician: Member, patient: Patient
) -> None:
    stream = listen(clinician).begun()

    put(patient, 100, 110, 120, start=now() - timedelta(minutes=10), now=now())

    assert [stream.value() for _ in range(3)] == [100, 110, 120]


def test_a_late_reading_is_no_news(listen: Listen, clinician: Member, patient: Patient) -> None:
    put(patient, 100, start=now() - timedelta(minutes=10))
    stream = listen(clinician).begun()

    put(patient, 99, start=now() - timedelta(minutes=30))
    put(patient, 101, start=now())

    assert stream.value() == 101


def test_a_whole_history_is_told_by_its_newest_hour(listen: Listen, clinician: Member, patient: Patient) -> None:
    stream = listen(clinician).begun()

    put(patient, *range(100, 300), start=now() - timedelta(minutes=199), cadence=1, now=now())

    assert [stream.value() for _ in range(60)] == list(range(240, 300))


def test_a_silent_stream_shows_that_it_lives(listen: Listen, clinician: Member) -> None:
    stream = listen(clinician).begun()

    assert stream.until(": alive") == ": alive"
