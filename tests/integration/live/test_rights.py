"""Who may open a stream, and what ends one that is open: each right is asked for anew."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, islice

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import create_key, delete_key
from accounts.middleware import SignedSessionMiddleware
from accounts.models import Clinic, Membership, Session
from accounts.roles import Role, Scope
from patients.models import CareAssignment, Patient
from tests.conftest import Member, put
from tests.integration.live.conftest import Listen, signed_in
from tests.integration.live.listening import PATH, Listener, running_live
from tests.integration.live.test_stream import MakePatient, now

pytestmark = pytest.mark.usefixtures("clean_readings")


def refused(url: str, headers: dict[str, str] | None = None, path: str = PATH, method: str = "GET") -> tuple[int, str]:
    """The status and the kind of the problem."""
    answer = httpx.request(method, url + path, headers=headers, timeout=20)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    return answer.status_code, answer.json()["type"].split("/")[-2]


class TestOpening:
    def test_a_problem_says_what_is_wrong(self, live: str, clinician: Member) -> None:
        known = signed_in(clinician)

        assert refused(live) == (401, "not-authenticated")
        assert refused(live, {"Authorization": "Bearer x"}) == (401, "token-refused")
        assert refused(live, known | {"Accept": "application/json"}) == (406, "not-acceptable")
        assert refused(live, known | {"Last-Event-ID": "yesterday"}) == (422, "invalid-input")
        assert refused(live, known, PATH + "?unit=g") == (422, "invalid-input")
        assert refused(live, known, method="POST") == (405, "method-not-allowed")
        assert refused(live, known, "/api/v1/patients/") == (404, "not-found")

    def test_a_token_in_the_address_opens_nothing(self, live: str, clinician: Member) -> None:
        token = signed_in(clinician)["Authorization"].removeprefix("Bearer ")

        for name in ("token", "access_token", "authorization", "jwt"):
            assert refused(live, path=f"{PATH}?{name}={token}") == (401, "not-authenticated")

    def test_the_head_alone_opens_nothing(self, live: str, clinician: Member) -> None:
        answer = httpx.head(live + PATH, headers=signed_in(clinician), timeout=20)

        assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "text/event-stream", b"")

    def test_it_is_an_event_stream_that_nobody_keeps(self, listen: Listen, clinician: Member) -> None:
        headers = listen(clinician).answer.headers

        assert headers["Content-Type"] == "text/event-stream"
        assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
        assert "Content-Encoding" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_a_user_has_so_many_and_a_closed_one_makes_room(
        self, listen: Listen, clinician: Member, admin: Member
    ) -> None:
        with running_live(LIVE_STREAMS_PER_USER="2") as (url, _):
            listen(clinician, url=url).begun()
            second = listen(clinician, url=url).begun()

            assert refused(url, signed_in(clinician)) == (429, "too-many-streams")
            listen(admin, url=url).begun()

            second.close()
            tries = (listen(clinician, url=url).answer.status_code for _ in range(100))
            assert 200 in tries

    def test_a_process_has_so_many(self, listen: Listen, clinician: Member, admin: Member) -> None:
        with running_live(LIVE_STREAMS="1", LOG_LEVEL="CRITICAL") as (url, _):
            listen(clinician, url=url).begun()

            assert refused(url, signed_in(admin)) == (503, "unavailable")


class TestSessionOfThePages:
    @pytest.fixture
    def cookie(self, clinician: Member) -> dict[str, str]:
        """What the browser of somebody who is signed in sends."""
        browser = Client()
        browser.force_login(clinician.user, backend="django.contrib.auth.backends.ModelBackend")
        return {"Cookie": f"sessionid={SignedSessionMiddleware.signer.sign(str(browser.session.session_key))}"}

    def test_it_opens_the_stream(self, listen: Listen, cookie: dict[str, str], patient: Patient) -> None:
        stream = listen(cookie).begun()

        put(patient, 100, start=now())

        assert stream.value() == 100

    def test_a_stream_ends_with_it(self, live: str, listen: Listen, cookie: dict[str, str], clinician: Member) -> None:
        stream = listen(cookie).begun()

        clinician.user.set_password("another horse battery")
        clinician.user.save()

        assert stream.has_ended()
        assert refused(live, cookie) == (401, "not-authenticated")

    def test_it_is_refused_without_the_factor_that_the_clinic_wants(
        self, live: str, listen: Listen, cookie: dict[str, str], clinic: Clinic
    ) -> None:
        stream = listen(cookie).begun()

        clinic.second_factor = "everyone"
        clinic.save()

        assert stream.has_ended()
        assert refused(live, cookie) == (401, "second-factor-required")


class TestEnding:
    def test_with_the_session_of_its_token(self, live: str, listen: Listen, clinician: Member) -> None:
        stream = listen(clinician).begun()

        Session.objects.filter(user=clinician.user).update(revoked_at=timezone.now())

        assert stream.has_ended()
        assert refused(live, signed_in(clinician)) == (401, "token-refused")

    def test_with_its_key(self, listen: Listen, admin: Member) -> None:
        made, secret = create_key(admin.caller, name="Wall", scopes=[Scope.READINGS_READ], now=now())
        stream = listen({"Authorization": f"Bearer {secret}"}).begun()

        delete_key(admin.caller, made.id)

        assert stream.has_ended()

    def test_with_the_membership(self, listen: Listen, clinician: Member) -> None:
        stream = listen(clinician).begun()

        Membership.objects.filter(user=clinician.user).delete()

        assert stream.has_ended()

    def test_with_the_user(self, listen: Listen, clinician: Member) -> None:
        stream = listen(clinician).begun()

        clinician.user.is_active = False
        clinician.user.save()

        assert stream.has_ended()


class TestSeeing:
    """What is stored after a change is asked for anew is shown by it; ``patient`` is shown all the time."""

    @pytest.fixture
    def other(self, clinic: Clinic, clinician: Member, make_patient: MakePatient) -> Patient:
        return make_patient(clinic, clinician, name="Bia Lima")

    @pytest.fixture
    def turns(self) -> Iterator[datetime]:
        """Times to store at, each later than the one before."""
        return (now() + timedelta(minutes=3 * turn - 3_000) for turn in count())

    @staticmethod
    def shown(stream: Listener, turns: Iterator[datetime], patient: Patient, other: Patient, *, wanted: bool) -> bool:
        """Whether the other comes to be shown, or not: stores a reading of each, one after the other, until then."""
        for at in islice(turns, 200):
            put(other, 55, start=at)
            put(patient, 100, start=at)
            seen: list[float] = []
            while 100 not in seen:
                event = stream.event()
                if event.kind == "reset":
                    break
                seen.append(event.data["value"])
            if (55 in seen) is wanted:
                return True
        return False

    def test_ends_with_the_care(
        self,
        listen: Listen,
        turns: Iterator[datetime],
        clinician: Member,
        patient: Patient,
        other: Patient,
    ) -> None:
        stream = listen(clinician).begun()
        assert self.shown(stream, turns, patient, other, wanted=True)

        CareAssignment.objects.filter(patient=other).delete()

        assert self.shown(stream, turns, patient, other, wanted=False)

    def test_begins_with_the_care(
        self,
        listen: Listen,
        turns: Iterator[datetime],
        clinic: Clinic,
        clinician: Member,
        patient: Patient,
        make_patient: MakePatient,
    ) -> None:
        other, stream = make_patient(clinic, name="Caio"), listen(clinician).begun()

        CareAssignment.objects.create(patient=other, user=clinician.user)

        assert self.shown(stream, turns, patient, other, wanted=True)

    def test_ends_with_the_role(
        self,
        listen: Listen,
        turns: Iterator[datetime],
        clinic: Clinic,
        admin: Member,
        patient: Patient,
        make_patient: MakePatient,
    ) -> None:
        other, stream = make_patient(clinic, name="Caio"), listen(admin).begun()
        assert self.shown(stream, turns, patient, other, wanted=True)

        CareAssignment.objects.create(patient=patient, user=admin.user)
        Membership.objects.filter(user=admin.user).update(role=Role.CLINICIAN)

        assert self.shown(stream, turns, patient, other, wanted=False)

    def test_ends_with_the_clinics_policy(
        self,
        listen: Listen,
        turns: Iterator[datetime],
        clinic: Clinic,
        clinician: Member,
        patient: Patient,
        make_patient: MakePatient,
    ) -> None:
        clinic.clinicians_see_all = True
        clinic.save()
        other, stream = make_patient(clinic, name="Caio"), listen(clinician).begun()
        assert self.shown(stream, turns, patient, other, wanted=True)

        clinic.clinicians_see_all = False
        clinic.save()

        assert self.shown(stream, turns, patient, other, wanted=False)

    def test_ends_with_the_patient(self, listen: Listen, clinician: Member, patient: Patient, other: Patient) -> None:
        stream = listen(clinician).begun()
        put(other, 55, start=now() - timedelta(hours=6))
        assert stream.value() == 55

        Patient.objects.filter(id=other.id).update(deleted_at=timezone.now())
        put(patient, 100, start=now() - timedelta(hours=6))

        assert stream.value() == 100

    def test_a_researcher_is_shown_nothing(
        self, listen: Listen, clinic: Clinic, patient: Patient, member: Callable[..., Member]
    ) -> None:
        stream = listen(member(clinic, Role.RESEARCHER)).begun()
        began = stream.id

        put(patient, 100, start=now())
        # The id moves on when what was stored has come by.
        while (block := stream.until("id: ")) == f"id: {began}":
            pass

        assert "reading" not in block
