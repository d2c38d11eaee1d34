"""`/account/password/reset/`: a link by mail, and nothing told to whoever asks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dramatiq
import pytest
from django.core.mail import EmailMessage
from django.test import Client
from dramatiq.worker import Worker
from pytest_django import Settings

from accounts import tasks
from accounts.models import User
from accounts.resets import PLACE
from accounts.sealing import seal
from tests.conftest import tokens_of
from tests.pages.browsing import NOW, PASSWORD, is_signed_in, read, sign_in, submit
from tests.pages.test_invitation import path_in

RESET = "/account/password/reset/"
NEW = "another horse battery"
FORM = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture(autouse=True)
def broker() -> Iterator[dramatiq.Broker]:
    """The queue, empty before and after."""
    broker = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


def waiting(broker: dramatiq.Broker) -> int:
    """How many messages the actor is to do."""
    return int(broker.client.llen("dramatiq:critical"))  # type: ignore[attr-defined]


def mailed(mailoutbox: list[EmailMessage], email: str = "ana@example.org") -> str:
    """Let the actor mail; the path of its link."""
    tasks.mail_password_reset(seal(PLACE, email), "en")
    return path_in(mailoutbox[-1])


class TestAsking:
    @pytest.mark.parametrize("known", [True, False])
    def test_answers_and_does_the_same_for_every_address(
        self, browser: Client, ana: User, broker: dramatiq.Broker, known: bool
    ) -> None:
        email = "ana@example.org" if known else "nobody@example.org"

        response = submit(browser, RESET, {"email": email})

        assert response.status_code == 200
        assert f"If somebody here has the address {email}" in " ".join(response.content.decode().split())
        read(response)
        assert waiting(broker) == 1

    def test_does_not_put_the_address_into_the_queue(self, browser: Client, ana: User, broker: dramatiq.Broker) -> None:
        submit(browser, RESET, {"email": "ana@example.org"})

        client = broker.client  # type: ignore[attr-defined]
        assert not any(b"ana@" in value for value in client.hgetall("dramatiq:critical.msgs").values())

    def test_too_often_mails_no_more_and_answers_the_same(
        self, browser: Client, ana: User, broker: dramatiq.Broker, settings: Settings, nothing_counted: None
    ) -> None:
        settings.PASSWORD_RESETS_PER_ACCOUNT = 2

        answers = [submit(browser, RESET, {"email": "Ana@example.org"}) for _ in range(3)]

        assert [one.status_code for one in answers] == [200] * 3
        assert waiting(broker) == 2

    def test_too_often_from_one_client_is_refused(
        self, browser: Client, settings: Settings, nothing_counted: None
    ) -> None:
        settings.PASSWORD_RESETS_PER_ADDRESS = 1
        submit(browser, RESET, {"email": "one@example.org"})

        response = submit(browser, RESET, {"email": "two@example.org"})

        assert response.status_code == 429
        assert int(response["Retry-After"]) > 3_000


class TestTheMail:
    def test_goes_to_the_user_whatever_the_case_of_the_address(self, ana: User, mailoutbox: list[EmailMessage]) -> None:
        mailed(mailoutbox, "ANA@example.org")

        assert mailoutbox[0].to == ["ana@example.org"]
        assert "the user ana." in mailoutbox[0].body

    def test_goes_to_nobody_else(self, ana: User, mailoutbox: list[EmailMessage]) -> None:
        tasks.mail_password_reset(seal(PLACE, "nobody@example.org"), "en")
        tasks.mail_password_reset(seal(PLACE, ""), "en")
        User.objects.update(is_active=False)
        tasks.mail_password_reset(seal(PLACE, "ana@example.org"), "en")

        assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_mails_what_a_page_asked_for(
    browser: Client, ana: User, broker: dramatiq.Broker, mailoutbox: list[EmailMessage]
) -> None:
    submit(browser, RESET, {"email": "ana@example.org"})
    worker = Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    try:
        broker.join("critical")
        worker.join()
    finally:
        worker.stop()

    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]


class TestTheLink:
    def test_sets_a_new_password_and_ends_every_session(
        self, browser: Client, ana: User, mailoutbox: list[EmailMessage]
    ) -> None:
        other = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        sign_in(other)
        refresh = tokens_of(ana).refresh
        path = mailed(mailoutbox)

        response = submit(browser, path, FORM)

        assert response.redirect_chain[-1][0] == "/account/login/"
        assert not is_signed_in(other)
        again = browser.post("/api/v1/auth/token/refresh/", {"refresh": refresh}, content_type="application/json")
        assert again.status_code == 401
        sign_in(browser, NEW)
        assert is_signed_in(browser)

    def test_works_once(self, browser: Client, ana: User, mailoutbox: list[EmailMessage]) -> None:
        path = mailed(mailoutbox)
        submit(browser, path, FORM)

        assert_useless(browser, path)

    def test_is_useless_after_an_hour(
        self, browser: Client, ana: User, mailoutbox: list[EmailMessage], clock: Any
    ) -> None:
        path = mailed(mailoutbox)
        clock.move_to(NOW + timedelta(minutes=61))

        assert_useless(browser, path)

    def test_is_useless_once_somebody_signed_in(
        self, browser: Client, ana: User, mailoutbox: list[EmailMessage]
    ) -> None:
        path = mailed(mailoutbox)
        sign_in(browser, PASSWORD)

        assert_useless(browser, path)

    def test_refuses_a_weak_password(self, browser: Client, ana: User, mailoutbox: list[EmailMessage]) -> None:
        submit(browser, mailed(mailoutbox), {"new_password1": "short", "new_password2": "short"})

        ana.refresh_from_db()
        assert ana.check_password(PASSWORD)


def assert_useless(browser: Client, path: str) -> None:
    response = browser.get(path, secure=True, follow=True)
    assert "This link does not work any more" in response.content.decode()
    read(response)
