"""The clinic's answers are never older than the newest reading: what is kept is of a version."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from analytics.metrics.period_sums import CURRENT
from analytics.selectors.clinic import clinic_of, followed_patients
from api import kept
from api.counters import counters
from patients.models import Patient
from tests.api.asserting import NOW, V1, send
from tests.api.test_clinic_overview import DAY, START, fill, row
from tests.conftest import Member, put

MakePatient = Callable[..., Patient]


@pytest.fixture
def somebody(clinic: Clinic, make_patient: MakePatient) -> Patient:
    """A patient in UTC whose numbers are kept already, by whoever asks for them."""
    patient = make_patient(clinic, timezone="UTC")
    fill(patient, 100, end=NOW - DAY)
    return patient


def mean(api: APIClient) -> Any:
    """Of the overview, which is that of the clinic as a whole."""
    found = row(api)
    whole = api.get(f"{V1}clinic/statistics/").json()["pooled"]
    assert (whole["mean"], whole["readings"]) == (found["mean"], found["readings"])
    return found["mean"]


def test_what_was_kept_is_answered_again(admin: Member, somebody: Patient) -> None:
    assert mean(admin.api) == 100
    client = counters().client
    (key,) = client.scan_iter(f"{kept.PREFIX}*{somebody.id}*")
    client.set(key, bytes(client.strlen(key)), keepttl=True)

    assert row(admin.api)["readings"] == 0
    assert 0 < client.ttl(key) <= kept.KEPT_SECONDS


def test_a_new_reading_is_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    before = mean(admin.api)

    put(somebody, *[200] * 12, start=NOW - timedelta(hours=1), now=NOW)

    assert row(admin.api)["latest"]["value"] == 200
    assert mean(admin.api) > before


def test_a_late_reading_is_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    before = mean(admin.api)

    put(somebody, *[200] * 12, start=NOW - DAY, now=NOW)

    assert mean(admin.api) > before


def test_an_exclusion_and_its_undoing_are_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    put(somebody, *[200] * 96, start=NOW - DAY, cadence=15, now=NOW)
    before = mean(admin.api)
    address = f"{V1}patients/{somebody.id}/exclusions/"
    window = {"start": (NOW - DAY).isoformat(), "end": NOW.isoformat(), "reason": "faulty_sensor"}

    made = send(admin.api, "post", address, window)

    assert made.status_code == 201, made.content
    assert mean(admin.api) == 100
    assert send(admin.api, "post", f"{address}{made.json()['id']}/undo/", {}).status_code == 200
    assert mean(admin.api) == before


def test_other_targets_are_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    assert row(admin.api)["time_in_range"]["target"]["percent"] == 100

    send(admin.api, "post", f"{V1}patients/{somebody.id}/targets/", {"low_mg_dl": 101, "high_mg_dl": 160})

    assert row(admin.api)["time_in_range"]["target"]["percent"] == 0


def test_another_zone_is_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    before = row(admin.api)

    send(admin.api, "patch", f"{V1}patients/{somebody.id}/", {"timezone": "Asia/Kathmandu"})

    after = row(admin.api)
    assert (before["timezone"], after["timezone"]) == ("UTC", "Asia/Kathmandu")
    # The days before the move are those of where they lived.
    assert before["start"] == after["start"] == START.isoformat().replace("+00:00", "Z")


def test_another_day_is_in_the_next_answer(admin: Member, somebody: Patient) -> None:
    def readings(now: datetime) -> int:
        found = clinic_of(followed_patients(admin.caller, now), 14, now)
        return int(found.periods.readings[0, CURRENT])

    before = readings(NOW)

    assert readings(NOW + DAY) == before - 96


def test_everything_is_answered_without_redis(
    admin: Member, somebody: Patient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(kept, "_silent_until", 0.0)

    assert mean(admin.api) == 100
    put(somebody, *[200] * 12, start=NOW - timedelta(hours=1), now=NOW)
    assert mean(admin.api) > 100


@pytest.mark.parametrize("path", ["overview", "statistics"])
def test_a_tag_holds_until_something_changes(admin: Member, somebody: Patient, path: str) -> None:
    address = f"{V1}clinic/{path}/"
    tag = admin.api.get(address)["ETag"]

    assert admin.api.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert admin.api.get(f"{address}?unit=mmol/L", headers={"If-None-Match": tag}).status_code == 200
    put(somebody, 200, start=NOW - timedelta(hours=1), now=NOW)
    assert admin.api.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_tag_does_not_hold_for_another_name(admin: Member, somebody: Patient, clock: Any) -> None:
    address = f"{V1}clinic/overview/"
    tag = admin.api.get(address)["ETag"]
    somebody.name = "Bia Lima"
    clock.shift(timedelta(milliseconds=10))
    somebody.save()

    assert admin.api.get(address, headers={"If-None-Match": tag}).status_code == 200
