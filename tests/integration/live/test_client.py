"""The Python client on a stream that ends and comes back."""

from datetime import timedelta

import pytest

from client.saude_ia import SaudeIA
from embedded.ports import free_ports
from patients.models import Patient
from tests.conftest import Member, put, tokens_of
from tests.integration.live.conftest import Listen
from tests.integration.live.listening import running_live
from tests.integration.live.test_stream import now

pytestmark = pytest.mark.usefixtures("clean_readings")


def client(url: str, member: Member) -> SaudeIA:
    """Signed in, and never waiting for long."""
    pair = tokens_of(member.user)
    tokens = {"access": pair.access, "refresh": pair.refresh}
    return SaudeIA(url, tokens=tokens, sleep=lambda seconds: None)  # type: ignore[arg-type]


def test_it_goes_on_after_the_process_was_replaced(listen: Listen, clinician: Member, patient: Patient) -> None:
    (port,) = free_ports(1)
    with running_live(port) as (url, _):
        began = listen(clinician, url=url).begun().id
        put(patient, 100, start=now() - timedelta(minutes=20))
        events = client(url, clinician).stream_readings(last_event_id=began, unit="mg/dL")
        first = next(events)

    put(patient, 101, start=now() - timedelta(minutes=10))
    with running_live(port):
        second = next(events)

    assert [event.reading and event.reading["value"] for event in (first, second)] == [100, 101]
    assert first.reading is not None
    assert first.reading["patient"]["name"] == "Ana Souza"


def test_it_says_where_something_may_be_missing(live: str, clinician: Member) -> None:
    event = next(client(live, clinician).stream_readings(last_event_id="0-1"))

    assert event.reading is None
