"""`GET patients/{id}/readings/` as CSV, NDJSON and Arrow."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import nanoarrow
import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from pytest_django import Settings
from rest_framework.test import APIClient

from api.counters import PREFIX, counters
from api.windows import Window
from glucose.selectors.stream import reading_batches
from glucose.streams import ARROW, CSV, FORMATS, NDJSON, as_csv
from patients.errors import PatientNotFound
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_parameter_refused,
    assert_problem,
)
from tests.conftest import Member, put

EACH = pytest.mark.parametrize("form", [CSV, NDJSON, ARROW])
OPENED: list[Any] = []


def stream(api: APIClient, patient: Patient | str, form: str = CSV, **query: Any) -> Any:
    api.raise_request_exception = False
    address = f"{V1}patients/{getattr(patient, 'id', patient)}/readings/"
    response = api.get(address, query, HTTP_ACCEPT=form)
    OPENED.append(response)
    return response


@pytest.fixture(autouse=True)
def nothing_left_open(db: None) -> Iterator[None]:
    """A stream that nobody read to its end is closed, as a server does it, and not whenever its memory is collected."""
    yield
    while OPENED:
        go_away(OPENED.pop())


def body_of(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    assert response.streaming
    return b"".join(response.streaming_content)


def rows_of(response: Any) -> list[dict[str, Any]]:
    """The rows as a page would answer them, whatever the form."""
    body, kind = body_of(response), response["Content-Type"]
    if kind == NDJSON:
        return [json.loads(line) for line in body.splitlines()]
    if kind == ARROW:
        rows = nanoarrow.ArrayStream.from_readable(body).read_all().to_pylist()
        return [{**row, "time": row["time"].isoformat().replace("+00:00", "Z")} for row in rows]
    return [
        {
            "time": row["time"],
            "value": float(row["value"]),
            "unit": row["unit"],
            "trend": int(row["trend"]) if row["trend"] else None,
            "source": row["source"],
            "utc_offset_minutes": int(row["utc_offset_minutes"]),
            "excluded": {"true": True, "false": False}[row["excluded"]],
            "out_of_range": int(row["out_of_range"]),
        }
        for row in csv.DictReader(io.StringIO(body.decode(), newline=""))
    ]


def fill(patient: Patient, count: int) -> datetime:
    """Readings five minutes apart, of every kind, written by the database; the first one's time."""
    first = NOW - timedelta(minutes=5 * count)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reading (patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, trend, source,"
            " out_of_range, excluded, received_after_minutes) SELECT %s, %s + n * interval '5 minutes', 40 + n %% 360,"
            " -180, 5, nullif(n %% 6, 0), 10 + n %% 3, n %% 3 - 1, n %% 7 = 0, 5 * (%s - n)"
            " FROM generate_series(0, %s) AS n",
            [patient.id, first, count, count - 1],
        )
    return first


@EACH
@pytest.mark.parametrize("unit", ["mg/dL", "mmol/L"])
def test_it_holds_what_the_pages_hold_oldest_first(admin: Member, patient: Patient, form: str, unit: str) -> None:
    fill(patient, 50)

    found = rows_of(stream(admin.api, patient, form, days=1, unit=unit))

    page = admin.api.get(f"{V1}patients/{patient.id}/readings/", {"unit": unit}).json()["results"]
    assert found == page[::-1]
    assert len(found) == 50
    assert any(row["excluded"] for row in found)


@EACH
def test_it_is_whole_over_several_batches(admin: Member, patient: Patient, form: str) -> None:
    first = fill(patient, 45_000)

    found = rows_of(stream(admin.api, patient, form, start=first.isoformat(), end=NOW.isoformat()))

    times = [row["time"] for row in found]
    assert len(times) == len(set(times)) == 45_000
    assert times == sorted(times)


@EACH
@pytest.mark.parametrize("size", [1, 3, 10])
def test_no_batch_loses_or_repeats_a_row(admin: Member, patient: Patient, form: str, size: int) -> None:
    fill(patient, 10)
    window = Window(NOW - timedelta(days=1), NOW)

    times = [int(time) for batch in reading_batches(admin.caller, patient.id, window, size=size) for time in batch.time]

    assert times == [int((NOW - timedelta(minutes=5 * n)).timestamp()) for n in range(10, 0, -1)]


def test_csv_follows_rfc_4180(admin: Member, patient: Patient) -> None:
    put(patient, 100, start=NOW - timedelta(minutes=5), now=NOW)

    response = stream(admin.api, patient)

    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert body_of(response) == (
        b"time,value,unit,trend,source,utc_offset_minutes,excluded,out_of_range\r\n"
        b"2026-03-15T11:55:00Z,100,mg/dL,,upload,0,false,0\r\n"
    )


def test_arrow_says_its_types(admin: Member, patient: Patient) -> None:
    array = nanoarrow.ArrayStream.from_readable(body_of(stream(admin.api, patient, ARROW))).read_all()

    assert {field.name: str(field.type).removeprefix("Type.") for field in array.schema.fields} == {
        "time": "TIMESTAMP",
        "value": "DOUBLE",
        "unit": "STRING",
        "trend": "INT8",
        "source": "STRING",
        "utc_offset_minutes": "INT16",
        "excluded": "BOOL",
        "out_of_range": "INT8",
    }


@EACH
def test_it_is_empty_where_there_is_nothing(admin: Member, patient: Patient, form: str) -> None:
    assert rows_of(stream(admin.api, patient, form)) == []


@pytest.mark.parametrize("name", ["layout", "cursor", "page_size"])
def test_it_refuses_what_belongs_to_pages(admin: Member, patient: Patient, name: str) -> None:
    assert_parameter_refused(stream(admin.api, patient, **{name: "rows"}), name)


@EACH
def test_it_refuses_twenty_years(admin: Member, patient: Patient, form: str) -> None:
    assert_problem(stream(admin.api, patient, form, days=7305), 422, "window-too-large")


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(stream(anonymous, patient), 401, "not-authenticated")


def test_another_form_is_not_acceptable(admin: Member, patient: Patient) -> None:
    assert_problem(stream(admin.api, patient, "application/xml"), 406, "not-acceptable")


@EACH
def test_it_breaks_off_when_the_patient_is_out_of_sight_meanwhile(admin: Member, patient: Patient, form: str) -> None:
    fill(patient, 10)
    batches = reading_batches(admin.caller, patient.id, Window(NOW - timedelta(days=1), NOW), size=4)
    parts = FORMATS[form](batches, "mg/dL")
    next(parts)
    Patient.objects.filter(id=patient.id).update(deleted_at=NOW)

    with pytest.raises(PatientNotFound):
        list(parts)


def test_it_ends_with_the_client(admin: Member, patient: Patient) -> None:
    fill(patient, 45_000)
    response = stream(admin.api, patient, days=3000)
    parts: Iterator[bytes] = iter(response.streaming_content)
    next(parts)

    response.close()

    assert list(parts) == []


def test_years_need_no_more_memory_than_a_batch(admin: Member, patient: Patient) -> None:
    fill(patient, 400_000)
    window = Window(NOW - timedelta(days=2000), NOW)
    parts = as_csv(reading_batches(admin.caller, patient.id, window), "mg/dL")
    next(parts)
    tracemalloc.start()
    try:
        length = sum(map(len, parts))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert length > 15_000_000
    assert peak < 15_000_000


def go_away(response: Any) -> None:
    """What the server does when the client has gone; the connection is left alone, for it is in a transaction."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


class TestPlaces:
    """Streams that are open at once."""

    @pytest.fixture(autouse=True)
    def two(self, settings: Settings, patient: Patient) -> None:
        settings.STREAMS_PER_USER = 2
        fill(patient, 25_000)

    def opened(self, member: Member, patient: Patient, form: str = CSV) -> Any:
        return stream(member.api, patient, form, days=1000)

    @EACH
    def test_are_as_many_as_the_setting_says(self, admin: Member, patient: Patient, form: str) -> None:
        first, second = self.opened(admin, patient), self.opened(admin, patient, form)

        refused = self.opened(admin, patient, form)

        assert_problem(refused, 429, "too-many-streams")
        assert refused["Retry-After"] == "10"
        assert body_of(first)
        assert body_of(second)

    def test_are_free_again_when_a_stream_was_read(self, admin: Member, patient: Patient) -> None:
        first = self.opened(admin, patient)
        self.opened(admin, patient)
        body_of(first)

        assert self.opened(admin, patient).status_code == 200
        assert self.opened(admin, patient).status_code == 429

    def test_are_free_again_when_the_client_went_away_at_once(self, admin: Member, patient: Patient) -> None:
        first = self.opened(admin, patient)
        self.opened(admin, patient)
        go_away(first)

        assert self.opened(admin, patient).status_code == 200
        assert self.opened(admin, patient).status_code == 429

    def test_are_free_again_when_the_client_went_away_half_read(self, admin: Member, patient: Patient) -> None:
        first = self.opened(admin, patient)
        self.opened(admin, patient)
        next(iter(first.streaming_content))
        # The test client's wrapper, whose end closes the response and keeps the connection.
        first._iterator.close()

        assert self.opened(admin, patient).status_code == 200
        assert self.opened(admin, patient).status_code == 429

    def test_are_free_again_when_a_stream_breaks_off(self, admin: Member, patient: Patient) -> None:
        first = self.opened(admin, patient)
        self.opened(admin, patient)
        content = iter(first.streaming_content)
        next(content)
        Patient.objects.filter(id=patient.id).update(deleted_at=NOW)
        with pytest.raises(PatientNotFound):
            next(content)
        Patient.objects.filter(id=patient.id).update(deleted_at=None)

        assert self.opened(admin, patient).status_code == 200

    def test_of_a_process_that_was_killed_fall_back(self, admin: Member, patient: Patient, clock: Any) -> None:
        for _ in range(2):
            self.opened(admin, patient)
        clock.shift(timedelta(seconds=119))
        assert self.opened(admin, patient).status_code == 429
        clock.shift(timedelta(seconds=1))

        assert self.opened(admin, patient).status_code == 200

    def test_are_kept_by_a_stream_that_goes_on(self, admin: Member, patient: Patient, clock: Any) -> None:
        kept = self.opened(admin, patient)
        self.opened(admin, patient)
        clock.shift(timedelta(seconds=100))
        next(iter(kept.streaming_content))
        clock.shift(timedelta(seconds=100))

        assert self.opened(admin, patient).status_code == 200
        assert self.opened(admin, patient).status_code == 429

    def test_are_each_users_own(self, admin: Member, clinician: Member, patient: Patient) -> None:
        for _ in range(2):
            self.opened(admin, patient)

        assert self.opened(clinician, patient).status_code == 200

    def test_are_not_taken_by_what_is_refused_or_has_no_body(self, admin: Member, patient: Patient) -> None:
        address = f"{V1}patients/{patient.id}/readings/"
        for _ in range(3):
            assert stream(admin.api, patient, days=7305).status_code == 422
            assert admin.api.head(address, HTTP_ACCEPT=CSV).status_code == 200
            assert admin.api.get(address).status_code == 200

        assert self.opened(admin, patient).status_code == 200

    def test_leave_nothing_behind_in_redis(self, admin: Member, patient: Patient) -> None:
        key = f"{PREFIX}streams:{admin.user.id}"
        response = self.opened(admin, patient)

        assert 0 < counters().client.pttl(key) <= 121_000
        go_away(response)
        assert not counters().client.exists(key)

    @pytest.mark.parametrize(("name", "value"), [("STREAMS_PER_USER", 0), ("REDIS_URL", "redis://127.0.0.1:9/1")])
    def test_are_not_counted_without_a_limit_or_redis(
        self, admin: Member, patient: Patient, settings: Settings, name: str, value: Any
    ) -> None:
        setattr(settings, name, value)

        found = [self.opened(admin, patient) for _ in range(3)]

        assert [response.status_code for response in found] == [200, 200, 200]
        assert len({body_of(response) for response in found}) == 1


class TestTags:
    """Conditional requests."""

    QUERY: ClassVar = {"start": "2026-03-14T00:00:00Z", "end": "2026-03-15T12:00:00Z"}

    def known(self, member: Member, patient: Patient, form: str, tag: str) -> Any:
        address = f"{V1}patients/{patient.id}/readings/"
        return member.api.get(address, self.QUERY, HTTP_ACCEPT=form, HTTP_IF_NONE_MATCH=tag)

    @EACH
    def test_what_the_client_has_is_not_sent_again(self, admin: Member, patient: Patient, form: str) -> None:
        put(patient, 100, start=NOW - timedelta(hours=1), now=NOW)
        first = stream(admin.api, patient, form, **self.QUERY)
        assert body_of(first)

        again = self.known(admin, patient, form, first["ETag"])

        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert first["Cache-Control"] == again["Cache-Control"] == "private, no-cache"
        put(patient, 110, start=NOW - timedelta(minutes=30), now=NOW)
        assert self.known(admin, patient, form, first["ETag"]).status_code == 200

    def test_each_form_and_unit_has_its_own(self, admin: Member, patient: Patient) -> None:
        page = admin.api.get(f"{V1}patients/{patient.id}/readings/", {**self.QUERY, "layout": "columns"})
        tags = [
            admin.api.head(page.request["PATH_INFO"], {**self.QUERY, "unit": unit}, HTTP_ACCEPT=form)["ETag"]
            for form in FORMATS
            for unit in ("mg/dL", "mmol/L")
        ]

        assert len({*tags, page["ETag"]}) == 7


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_between_two_batches(transactional_db: None, admin: Member, patient: Patient) -> None:
    put(patient, *[100] * 6, start=datetime(2026, 3, 15, 8, tzinfo=UTC), now=NOW)
    batches = reading_batches(admin.caller, patient.id, Window(NOW - timedelta(days=1), NOW), size=4)

    next(batches)

    assert connection.connection is None
    assert len(next(batches).time) == 2
