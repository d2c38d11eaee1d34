"""What the pages' scripts ask: the API's answers by the session, and nothing by anybody else."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.models import User
from dashboard import data
from tests.conftest import Member

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
OVERVIEW = "/clinic/data/clinic/overview/"
ANY = "01a21592-aa48-71ff-a4da-6ba033888974"


def addresses() -> Iterator[str]:
    """Each address, about something that is not there."""
    for one in data.urlpatterns:
        assert isinstance(one, URLPattern)
        route = str(one.pattern)
        for name in one.pattern.converters:
            kind = "uuid" if f"<uuid:{name}>" in route else "str"
            route = route.replace(f"<{kind}:{name}>", ANY)
        yield f"/clinic/data/{route}"


@pytest.mark.parametrize("address", list(addresses()))
class TestEachAddress:
    def test_answers_nobody_who_is_not_signed_in(self, address: str) -> None:
        answer = Client(headers={"host": "localhost"}).get(address, secure=True)

        assert answer.status_code in (401, 405)
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_changes_nothing_without_the_pages_token(
        self, address: str, clinician: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(clinician.user)

        for method in (browser.post, browser.put, browser.patch, browser.delete):
            assert method(address, "{}", content_type="application/json", secure=True).status_code in (403, 405)

    def test_takes_no_bearer_token(self, address: str, clinician: Member) -> None:
        assert clinician.api.get(address, secure=True).status_code in (401, 405)


def test_answers_as_the_api_does(clinician: Member, browser_of: Browsers) -> None:
    page = browser_of(clinician.user).get(OVERVIEW, secure=True)

    assert page.status_code == 200
    assert page.json() == clinician.api.get("/api/v1/clinic/overview/").json()
