"""`as_of=` of `statistics/`, `daily/`, `periods/`, `agp/` and `episodes/`: the answer as it was known then."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.services.retention import apply_retention
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_parameter_refused, send
from tests.conftest import Member, put, tokens_of

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
EACH: Final = pytest.mark.parametrize("what", ["statistics", "daily", "periods", "agp", "episodes"])
# What is remembered, with windows up to now and of old days.
ADDRESSES: Final = (
    "statistics/?days=2&explain=true",
    "statistics/?start=2026-03-13T00:00:00Z&weighting=count",
    "statistics/?days=2&compatibility=iglu",
    "statistics/?days=2&compatibility=agata",
    "statistics/?days=2&compatibility=tidepool",
    "daily/?start=2026-03-12",
    "periods/?start=2026-03-13&by=time_of_day",
    "agp/?days=1&bin_minutes=15",
    "episodes/?days=3",
)


def ask(api: APIClient, patient: Patient, address: str, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{patient.id}/{address}", query)


def mean(api: APIClient, patient: Patient, as_of: datetime) -> float | None:
    answer = ask(api, patient, "statistics/", as_of=as_of.isoformat()).json()
    found: float | None = answer["mean"]
    return found


class TestAsOf:
    @EACH
    def test_is_named_in_the_answer(self, admin: Member, patient: Patient, what: str) -> None:
        assert ask(admin.api, patient, f"{what}/").json()["as_of"] is None
        answer = ask(admin.api, patient, f"{what}/", as_of="2026-03-15T05:00:00-03:00").json()
        assert answer["as_of"] == "2026-03-15T08:00:00Z"

    def test_is_named_in_the_drawing(self, admin: Member, patient: Patient) -> None:
        address = f"{V1}patients/{patient.id}/agp/"

        now = admin.api.get(address, HTTP_ACCEPT="image/svg+xml").content.decode()
        then = admin.api.get(
            address, {"as_of": "2026-03-15T05:00:00-03:00"}, HTTP_ACCEPT="image/svg+xml"
        ).content.decode()

        assert "As it was known" not in now
        assert "As it was known on 2026-03-15 at 08:00:00 UTC" in then

    @EACH
    def test_is_part_of_the_tag(self, admin: Member, patient: Patient, what: str) -> None:
        then = {"as_of": "2026-03-15T08:00:00Z"}
        instants = {"start": "2026-03-14T00:00:00Z", "end": "2026-03-15T00:00:00Z"}
        fixed = {"end": "2026-03-14"} if what in ("daily", "periods") else instants
        tag = ask(admin.api, patient, f"{what}/", **fixed, **then)["ETag"]
        api = admin.api

        assert ask(api, patient, f"{what}/", **fixed)["ETag"] != tag
        address = f"{V1}patients/{patient.id}/{what}/"
        assert api.get(address, {**fixed, **then}, HTTP_IF_NONE_MATCH=tag).status_code == 304
        assert api.get(address, fixed, HTTP_IF_NONE_MATCH=tag).status_code == 200

    @EACH
    @pytest.mark.parametrize("text", ["2026-03-15T12:00:01Z", "2026-03-15", "2026-03-15T08:00:00", "then", ""])
    def test_is_an_instant_that_was(self, admin: Member, patient: Patient, what: str, text: str) -> None:
        assert_parameter_refused(ask(admin.api, patient, f"{what}/", as_of=text), "as_of")

    def test_of_now_is_the_answer_of_now(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 12, start=NOW - HOUR, now=NOW)

        assert mean(admin.api, patient, NOW) == 100

    def test_is_the_end_of_a_window_that_names_none(self, admin: Member, patient: Patient) -> None:
        answer = ask(admin.api, patient, "statistics/", days=1, as_of="2026-03-10T08:00:00Z").json()

        assert (answer["start"], answer["end"]) == ("2026-03-09T08:00:00Z", "2026-03-10T08:00:00Z")

    @pytest.mark.parametrize(("seconds", "found"), [(-1, None), (0, 100), (59, 100)])
    def test_a_reading_is_known_when_it_was_received(
        self, admin: Member, patient: Patient, seconds: int, found: float | None
    ) -> None:
        received = NOW - HOUR
        put(patient, 100, start=NOW - 5 * HOUR, now=received)

        assert mean(admin.api, patient, received + timedelta(seconds=seconds)) == found

    def test_the_part_of_a_minute_is_rounded_up(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - 5 * HOUR, now=NOW - HOUR + timedelta(seconds=1))

        assert mean(admin.api, patient, NOW - HOUR + timedelta(seconds=59)) is None
        assert mean(admin.api, patient, NOW - HOUR + MINUTE) == 100

    def test_an_exclusion_counts_while_it_stood(self, admin: Member, patient: Patient, clock: Any) -> None:
        put(patient, 50, 100, start=NOW - 2 * HOUR, now=NOW - HOUR)
        address = f"{V1}patients/{patient.id}/exclusions/"
        body = {"time": (NOW - 2 * HOUR).isoformat(), "reason": "faulty_sensor"}
        made = send(admin.api, "post", address, body).json()
        clock.shift(10 * MINUTE)
        assert send(admin.api, "post", f"{address}{made['id']}/undo/", {}).status_code == 200
        clock.shift(10 * MINUTE)

        moments = (-MINUTE, timedelta(0), 9 * MINUTE, 10 * MINUTE)
        assert [mean(admin.api, patient, NOW + after) for after in moments] == [75, 100, 100, 75]

    def test_a_day_is_of_the_zone_that_was(self, admin: Member, patient: Patient, clock: Any) -> None:
        clock.shift(MINUTE)
        assert send(admin.api, "patch", f"{V1}patients/{patient.id}/", {"timezone": "Asia/Tokyo"}).status_code == 200

        assert ask(admin.api, patient, "agp/").json()["timezone"] == "Asia/Tokyo"
        for what in ("statistics", "daily", "periods", "agp", "episodes"):
            answer = ask(admin.api, patient, f"{what}/", as_of=NOW.isoformat()).json()
            assert answer["timezone"] == "America/Sao_Paulo"

    def test_goals_are_by_the_targets_that_stood(self, admin: Member, patient: Patient, clock: Any) -> None:
        clock.shift(MINUTE)
        body = {"low_mg_dl": 80, "high_mg_dl": 160}
        assert send(admin.api, "post", f"{V1}patients/{patient.id}/targets/", body).status_code == 201
        clock.shift(MINUTE)

        for what in ("statistics", "daily", "periods", "agp"):
            assert ask(admin.api, patient, f"{what}/").json()["ranges"] == "custom"
            assert ask(admin.api, patient, f"{what}/", as_of=NOW.isoformat()).json()["ranges"] == "t1_t2"
            refused = ask(admin.api, patient, f"{what}/", as_of=NOW.isoformat(), ranges="custom")
            assert_parameter_refused(refused, "ranges")

    def test_what_retention_took_is_not_known_any_more(self, admin: Member, clinic: Clinic, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(days=10), now=NOW - timedelta(days=9))
        assert mean(admin.api, patient, NOW) == 100
        clinic.retention_days = 5
        clinic.save()

        apply_retention(now=NOW)

        assert mean(admin.api, patient, NOW) is None


stored = st.tuples(
    st.just("store"),
    st.integers(0, 3 * 24 * 60),  # minutes ago
    st.integers(0, 59),  # and seconds
    st.lists(st.integers(40, 320), min_size=1, max_size=30),
    st.sampled_from([1, 5, 15]),
    st.sampled_from([-180, 0, 345]),
)
excluded = st.tuples(st.just("exclude"), st.integers(-60, 3 * 24 * 60), st.integers(1, 600))
undone = st.tuples(st.just("undo"), st.integers(0, 5))
aimed = st.tuples(
    st.just("aim"),
    st.sampled_from([{"target_set": "pregnancy_t1"}, {"low_mg_dl": 80, "high_mg_dl": 160}]),
)
moved = st.tuples(st.just("move"), st.sampled_from(["America/Sao_Paulo", "Asia/Kathmandu", "UTC"]))
steps = st.lists(
    st.tuples(st.one_of(stored, stored, excluded, undone, moved, aimed), st.integers(60, 20_000)),
    min_size=1,
    max_size=6,
)


class Walk:
    """A patient whose readings come in and are excluded as the clock goes on, and what was answered meanwhile."""

    def __init__(self, member: Member, patient: Patient) -> None:
        self.member, self.patient = member, patient
        self.exclusions: list[str] = []
        self.remembered: list[tuple[datetime, str, Any]] = []

    def send(self, method: str, address: str, body: Any) -> Any:
        self.sign_in()
        answer = send(self.member.api, method, f"{V1}patients/{self.patient.id}/{address}", body)
        assert answer.status_code < 300, answer.content
        return answer.json()

    def sign_in(self) -> None:
        """Anew: a token does not last as long as the clock goes."""
        access = tokens_of(self.member.user).access
        self.member.api.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")

    def do(self, kind: str, *how: Any) -> None:
        now = timezone.now()
        if kind == "store":
            minutes, seconds, values, cadence, offset = how
            start = now - timedelta(minutes=minutes, seconds=seconds)
            put(self.patient, *values, start=start, cadence=cadence, offset=offset, now=now)
        elif kind == "exclude":
            start = now - timedelta(minutes=how[0])
            body = {"start": start.isoformat(), "end": (start + how[1] * MINUTE).isoformat(), "reason": "other"}
            self.exclusions.append(self.send("post", "exclusions/", body)["id"])
        elif kind == "undo" and self.exclusions:
            self.send("post", f"exclusions/{self.exclusions[how[0] % len(self.exclusions)]}/undo/", {})
        elif kind == "aim":
            self.send("post", "targets/", how[0])
        elif kind == "move":
            self.send("patch", "", {"timezone": how[0]})

    def answer(self, address: str, as_of: datetime | None = None) -> Any:
        more = "" if as_of is None else f"&as_of={as_of.isoformat().replace('+', '%2B')}"
        response = ask(self.member.api, self.patient, address + more)
        assert response.status_code == 200, response.content
        found = response.json()
        assert found.pop("as_of") == (None if as_of is None else found_text(as_of))
        return found

    def remember(self) -> None:
        self.sign_in()
        self.remembered += [(timezone.now(), address, self.answer(address)) for address in ADDRESSES]


def found_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@given(steps=steps)
# Nothing is shrunk: a walk takes a second.
@settings(phases=[Phase.generate], max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_was_answered_is_answered_again(
    clinic: Clinic,
    admin: Member,
    make_patient: Callable[..., Patient],
    settings: Settings,
    steps: list[tuple[tuple[Any, ...], int]],
) -> None:
    """Whatever came in and was excluded afterwards; a minute passes before it is asked, to which a delay is exact."""
    settings.READS_PER_MINUTE = settings.WRITES_PER_MINUTE = 0
    walk = Walk(admin, make_patient(clinic))
    with time_machine.travel(NOW, tick=False) as clock:
        for act, seconds in steps:
            # What happens at the instant of an answer is part of what was known at it.
            clock.shift(timedelta(microseconds=1))
            walk.do(*act)
            clock.shift(timedelta(seconds=seconds))
            walk.remember()
        clock.shift(HOUR)
        walk.sign_in()
        for moment, address, answered in walk.remembered:
            assert walk.answer(address, moment) == answered, (moment, address)
