"""Mails that tell a user what was changed about how they sign in."""

import re
from collections.abc import Callable
from datetime import timedelta

import dramatiq
import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts import notices, services
from accounts.members import forget_second_factor
from accounts.models import User
from accounts.notices import Notice
from tests.conftest import Member
from tests.outboxes import deliver_waiting
from tests.pages.browsing import NOW, PASSWORD, set_up_app, sign_in, submit
from tests.second_factors import enrol_app
from work.broker import make_broker

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


@pytest.fixture
def told(mailoutbox: list[EmailMessage]) -> Callable[[], list[str]]:
    """Let the worker deliver what waits; the subjects of what it mailed."""

    def run() -> list[str]:
        deliver_waiting()
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

    def test_though_the_broker_is_away_and_the_mail_server_too_for_a_while(
        self, ana: User, told: Callable[[], list[str]], settings: Settings, clock: time_machine.Traveller
    ) -> None:
        there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1"
        there_too, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        broker = dramatiq.get_broker()
        dramatiq.set_broker(make_broker())
        services.set_password(ana, NEW)
        dramatiq.set_broker(broker)
        settings.REDIS_URL = there
        assert told() == []
        settings.EMAIL_BACKEND = there_too
        clock.shift(timedelta(seconds=5))

        assert told() == ["Your password was changed"]

    def test_nothing_of_what_was_rolled_back(self, ana: User, told: Callable[[], list[str]]) -> None:
        with transaction.atomic():
            services.set_password(ana, NEW)
            transaction.set_rollback(True)

        assert told() == []


def test_a_mail_that_is_sent_again_has_the_same_message_id(ana: User, mailoutbox: list[EmailMessage]) -> None:
    for key in ("notice:1", "notice:1", "notice:2"):
        notices.mail_notice(ana.id, Notice.PASSWORD, at=NOW, key=key)

    first, again, other = [mail.message()["Message-ID"] for mail in mailoutbox]
    assert re.fullmatch(r"<[0-9a-f]{40}@localhost>", first)
    assert first == again != other


@pytest.mark.parametrize("place", range(3), ids=["en", "pt-br", "es"])
@pytest.mark.parametrize("notice", Notice)
def test_a_mail_is_in_the_language_and_holds_no_secret(
    ana: User, mailoutbox: list[EmailMessage], notice: Notice, place: int
) -> None:
    ana.language = ("en", "pt-br", "es")[place]
    ana.save()

    assert notices.mail_notice(ana.id, notice, at=NOW, key="notice:1")

    (mail,) = mailoutbox
    body = str(mail.body)
    assert (mail.subject, mail.to) == (SUBJECTS[notice][place], ["ana@example.org"])
    assert "2026-03-15 12:00 UTC" in body
    # Where a new password is asked for, as anybody may: the link opens nothing by itself.
    assert re.findall(r"http\S+", body) == ["http://localhost:8000/account/password/reset/"]
    assert not re.search(r"\d{6}", body)
