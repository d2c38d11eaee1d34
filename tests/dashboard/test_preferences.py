"""What a page's script keeps for its member: their own, of a known name, an object, and not too large."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from dashboard.models import Preference
from dashboard.preferences import MOST_BYTES
from tests.conftest import Member

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
Send = Callable[..., Any]
TODAY: Final = "/clinic/preferences/today/"
VIEW: Final = {"columns": ["tir"], "views": [{"name": "Lows", "category": "any_low"}]}


def test_keeps_the_last_that_was_sent(clinician: Member, browser_of: Browsers, send_data: Send) -> None:
    browser = browser_of(clinician.user)

    assert send_data(browser, "post", TODAY, {"columns": []}).status_code == 204
    assert send_data(browser, "post", TODAY, VIEW).status_code == 204
    assert [one.value for one in Preference.objects.filter(user=clinician.user)] == [VIEW]


def test_is_the_members_own(
    clinic: Clinic,
    patient: object,
    clinician: Member,
    member: Callable[..., Member],
    browser_of: Browsers,
    send_data: Send,
) -> None:
    send_data(browser_of(clinician.user), "post", TODAY, VIEW)
    colleague = member(clinic, Role.ADMIN)

    assert "Lows" in browser_of(clinician.user).get("/clinic/", secure=True).content.decode()
    assert "Lows" not in browser_of(colleague.user).get("/clinic/", secure=True).content.decode()
    send_data(browser_of(colleague.user), "post", TODAY, {"columns": []})
    assert Preference.objects.get(user=clinician.user).value == VIEW


@pytest.mark.parametrize("body", [[], "text", 1, None, "{"])
def test_refuses_what_is_no_object(body: object, clinician: Member, browser_of: Browsers, send_data: Send) -> None:
    text = "null" if body is None else body

    assert send_data(browser_of(clinician.user), "post", TODAY, text).status_code == 422
    assert not Preference.objects.exists()


def test_refuses_what_is_too_large(clinician: Member, browser_of: Browsers, send_data: Send) -> None:
    large = {"views": ["x" * MOST_BYTES]}

    assert send_data(browser_of(clinician.user), "post", TODAY, large).status_code == 413
    assert not Preference.objects.exists()


@pytest.mark.parametrize("name", ["appearance", "tomorrow"])
def test_refuses_a_name_that_no_script_keeps(
    name: str, clinician: Member, browser_of: Browsers, send_data: Send
) -> None:
    assert send_data(browser_of(clinician.user), "post", f"/clinic/preferences/{name}/", VIEW).status_code == 404


def test_keeps_nothing_without_the_pages_token(clinician: Member, browser_of: Browsers) -> None:
    answer = browser_of(clinician.user).post(TODAY, VIEW, content_type="application/json", secure=True)

    assert answer.status_code == 403
    assert not Preference.objects.exists()
