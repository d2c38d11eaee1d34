"""Mails that tell a user what was changed about how they sign in."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import dramatiq
import pytest
from django.core.mail import EmailMessage
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts import notices, services, tasks
from accounts.members import forget_second_factor
from accounts.models import User
from accounts.notices import Notice
from tests.conftest import Member
from tests.pages.browsing import NOW, PASSWORD, set_up_app, sign_in, submit
from tests.second_factors import enrol_app

NEW = "another horse battery"
SUBJECTS = {
    Notice.PASSWORD: ("Your password was changed", "Sua senha foi alterada", "Su contraseña se ha cambiado"),
    Notice.FACTOR_ADDED: (
        "A second factor was added",
        "Um segundo fator foi adicionado",
        "Se ha añadido un segundo factor",
    ),
    Notice.FACTOR_REMOVED: (
        "A second factor was removed",
        "Um segundo fator foi removido",
        "Se ha quitado un segundo factor",
    ),
    Notice.FACTOR_RESET: (
        "Your second factor was reset",
        "Seu segundo fator foi redefinido",
        "Su segundo factor se ha restablecido",
    ),
    Notice.NEW_CODES: (
        "You have new recovery codes",
        "Você tem novos códigos de recuperação",
        "Tiene nuevos códigos de recuperación",
    ),
}


@pytest.fixture(autouse=True)
def broker() -> Iterator[dramatiq.Broker]:
    """The queue, empty before and after."""
    broker = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


@pytest.fixture
def told(broker: dramatiq.Broker, mailoutbox: list[EmailMessage]) -> Callable[[], list[str]]:
    """Let the actor do what waits for it; the subjects of what it mailed."""

    def run() -> list[str]:
        waiting: Any = broker.client.hvals("dramatiq:critical.msgs")  # type: ignore[attr-defined]
        broker.flush_all()
        for message in map(json.loads, waiting):
            assert message["actor_name"] == "mail_notice"
            tasks.mail_notice(**message["kwargs"])
        found = [str(mail.subject) for mail in mailoutbox]
        mailoutbox.clear()
        return found

    return run


@pytest.mark.django_db(transaction=True)
class TestAUserIsTold:
    def test_of_a_new_password_on_the_page(self, browser: Client, ana: User, told: Callable[[], list[str]]) -> None:
        sign_in(browser)

        submit(browser, "/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

        assert told() == ["Your password was changed"]

    def test_of_a_new_password_by_a_link(self, ana: User, told: Callable[[], list[str]]) -> None:
        services.set_password(ana, NEW)

        assert told() == ["Your password was changed"]

    def test_of_a_factor_and_codes_that_come_and_go(
        self, browser: Client, ana: User, told: Callable[[], list[str]]
    ) -> None:
        sign_in(browser)
        set_up_app(browser, NOW)
        assert told() == ["A second factor was added"]

        submit(browser, "/account/2fa/recovery-codes/generate/", {})
        assert told() == ["You have new recovery codes"]

        submit(browser, "/account/2fa/totp/deactivate/", {})
        assert told() == ["A second factor was removed"]

    def test_of_a_reset_by_an_administrator(self, ana: User, admin: Member, told: Callable[[], list[str]]) -> None:
        enrol_app(ana, NOW)

        forget_second_factor(admin.caller, ana.id)

        assert told() == ["Your second factor was reset"]

    def test_in_the_language_in_which_they_signed_in_last(
        self, browser: Client, ana: User, admin: Member, told: Callable[[], list[str]]
    ) -> None:
        browser.get("/account/login/", secure=True, headers={"accept-language": "es"})
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
        sign_in(browser)

        forget_second_factor(admin.caller, ana.id)

        assert told() == ["Su segundo factor se ha restablecido"]

    def test_nothing_of_what_was_refused(self, browser: Client, ana: User, told: Callable[[], list[str]]) -> None:
        sign_in(browser)

        submit(browser, "/account/password/change/", {"oldpassword": "no", "password1": NEW, "password2": NEW})

        assert told() == []

    def test_nothing_where_there_is_no_address(self, admin: Member, told: Callable[[], list[str]]) -> None:
        services.set_password(admin.user, NEW)

        assert told() == []

    def test_nothing_where_the_broker_is_away_and_the_change_stays(
        self, ana: User, broker: dramatiq.Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away(*args: Any, **kwargs: Any) -> None:
            raise RedisConnectionError

        monkeypatch.setattr(broker, "enqueue", away)

        services.set_password(ana, NEW)

        ana.refresh_from_db()
        assert ana.check_password(NEW)
        assert "is not told of password" in caplog.text


@pytest.mark.parametrize("place", range(3), ids=["en", "pt-br", "es"])
@pytest.mark.parametrize("notice", Notice)
def test_a_mail_is_in_the_language_and_holds_no_secret(
    ana: User, mailoutbox: list[EmailMessage], notice: Notice, place: int
) -> None:
    ana.language = ("en", "pt-br", "es")[place]
    ana.save()

    assert notices.mail_notice(ana.id, notice, NOW)

    (mail,) = mailoutbox
    body = str(mail.body)
    assert (mail.subject, mail.to) == (SUBJECTS[notice][place], ["ana@example.org"])
    assert "2026-03-15 12:00 UTC" in body
    # Where a new password is asked for, as anybody may: the link opens nothing by itself.
    assert re.findall(r"http\S+", body) == ["http://localhost:8000/account/password/reset/"]
    assert not re.search(r"\d{6}", body)
