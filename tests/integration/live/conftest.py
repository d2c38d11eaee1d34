"""A process that keeps streams, and people who listen to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import Member
from tests.integration.live.listening import Listener, running_live

Listen = Callable[..., Listener]


@pytest.fixture(scope="session")
def live(django_db_setup: None) -> Iterator[str]:
    """The address of a process that asks for each right anew all the time, and shows often that it lives."""
    with running_live(LIVE_CHECK_SECONDS="0.5", LIVE_HEARTBEAT_SECONDS="0.5") as (url, _):
        yield url


@pytest.fixture
def listen(live: str) -> Iterator[Listen]:
    """Open a stream, as a member or with headers; it is closed after the test."""
    with ExitStack() as open_streams:

        def opened(who: Member | dict[str, str], since: str = "", url: str = live, **query: str) -> Listener:
            headers = signed_in(who) if isinstance(who, Member) else who
            listener = Listener(url, headers | ({"Last-Event-ID": since} if since else {}), query)
            open_streams.callback(listener.close)
            return listener

        yield opened


def signed_in(member: Member) -> dict[str, str]:
    """The header that the member's client sends."""
    given: dict[str, str] = member.api._credentials  # type: ignore[attr-defined]
    return {"Authorization": given["HTTP_AUTHORIZATION"]}
