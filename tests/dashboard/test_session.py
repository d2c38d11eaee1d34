"""Going on with an open page after its session ended and its user signed in again, elsewhere in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.middleware import SignedSessionMiddleware
from accounts.models import User
from tests.conftest import Member
from tests.pages.browsing import read
from work.notifications import notify

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
READ_ALL = "/clinic/data/notifications/read-all/"


def change(browser: Client, token: str) -> int:
    headers = {"x-csrftoken": token, "referer": "https://localhost/clinic/"}
    return browser.post(READ_ALL, "{}", content_type="application/json", secure=True, headers=headers).status_code


def sign_in_again(browser: Client, user: User) -> None:
    """As the form for signing in does: a new session, and a new secret behind the token."""
    browser.cookies.pop("csrftoken")
    browser.cookies.pop("sessionid")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = browser.cookies["sessionid"]
    signed = SignedSessionMiddleware.signer.sign(cookie.value)
    cookie.set("sessionid", signed, signed)


def test_says_that_nobody_is_signed_in() -> None:
    answer = Client(headers={"host": "localhost"}).get("/clinic/session/", secure=True)

    assert answer.json()["user"] is None
    assert "no-store" in answer.headers["Cache-Control"]


def test_gives_the_token_of_the_new_session_to_the_page_of_the_old_one(clinician: Member, browser_of: Browsers) -> None:
    browser = browser_of(clinician.user)
    page = read(browser.get("/clinic/", secure=True))
    old = page.forms["/clinic/appearance/"]["csrfmiddlewaretoken"]
    assert change(browser, old) == 200
    sign_in_again(browser, clinician.user)
    assert change(browser, old) == 403

    now = browser.get("/clinic/session/", secure=True).json()

    assert now["user"] == str(clinician.user.id)
    assert change(browser, now["csrf"]) == 200


def test_the_page_knows_whose_it_is(clinician: Member, browser_of: Browsers) -> None:
    page = browser_of(clinician.user).get("/clinic/", secure=True).content.decode()

    assert f'data-user="{clinician.user.id}"' in page


class TestCounts:
    def test_are_of_what_is_not_read_and_of_the_member_alone(
        self, clinician: Member, admin: Member, browser_of: Browsers
    ) -> None:
        notify(user_id=clinician.user.id, kind="task_done", subject={"task": str(clinician.user.id)})

        theirs = browser_of(clinician.user).get("/clinic/data/counts/", secure=True)
        other = browser_of(admin.user).get("/clinic/data/counts/", secure=True)

        assert theirs.json() == {"unread": 1, "alerts": 0}
        assert other.json() == {"unread": 0, "alerts": 0}

    def test_stand_in_the_page_from_the_start(self, clinician: Member, browser_of: Browsers) -> None:
        for _ in range(101):
            notify(user_id=clinician.user.id, kind="task_done", subject={"task": str(clinician.user.id)})

        page = browser_of(clinician.user).get("/clinic/", secure=True).content.decode()

        assert 'aria-label="Notifications not read: 101"' in page
        assert '<span class="count" id="unread" aria-hidden="true">99+</span>' in page
