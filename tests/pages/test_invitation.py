"""`/account/invitation/<token>/`: from the mail to a member who can sign in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts import invitations
from accounts.models import Invitation, User
from accounts.roles import Role
from tests.conftest import Member
from tests.outboxes import deliver_waiting
from tests.pages.browsing import NOW, is_signed_in, read, sign_in, submit
from work.models import OutboxEntry

NEW_PASSWORD = "another horse battery"
FORM = {"name": "Eva P. Prado", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


@pytest.fixture
def eva(admin: Member) -> User:
    """Somebody invited."""
    member = invitations.invite(
        admin.caller, email="eva@example.org", name="Eva Prado", role=Role.RESEARCHER, language="en"
    )
    return member.user


def path_in(mail: EmailMessage) -> str:
    """Where the link of a mail leads."""
    found = re.search(r"http://localhost:8000(/account/\S+)", str(mail.body))
    assert found
    return found[1]


def mailed(mailoutbox: list[EmailMessage]) -> str:
    """Let the worker mail what waits; the path of its link."""
    assert deliver_waiting() == 1
    return path_in(mailoutbox[-1])


def test_the_mail_says_who_invites_to_what(eva: User, mailoutbox: list[EmailMessage]) -> None:
    mailed(mailoutbox)

    (mail,) = mailoutbox
    assert mail.to == ["eva@example.org"]
    assert mail.subject == "Clínica Norte invites you to Saúde-IA"
    assert "admin 0 invites you to become a member of Clínica Norte" in mail.body


def test_the_database_holds_a_digest_only(eva: User, mailoutbox: list[EmailMessage]) -> None:
    token = mailed(mailoutbox).split("/")[-2]

    row = Invitation.objects.get()
    assert len(token) > 40
    assert token not in str(vars(row))


def test_the_link_makes_a_member_who_signs_in(browser: Client, eva: User, mailoutbox: list[EmailMessage]) -> None:
    response = submit(browser, mailed(mailoutbox), FORM)

    assert response.redirect_chain[-1][0] == "/account/login/"
    assert not Invitation.objects.exists()
    sign_in(browser, NEW_PASSWORD, "eva@example.org")
    assert is_signed_in(browser)
    eva.refresh_from_db()
    assert eva.name == "Eva P. Prado"


@pytest.mark.parametrize(
    "wrong", [{"password2": "not the same at all"}, {"password1": "short", "password2": "short"}, {"name": ""}]
)
def test_a_form_with_something_wrong_can_be_sent_again(
    browser: Client, eva: User, mailoutbox: list[EmailMessage], wrong: dict[str, str]
) -> None:
    path = mailed(mailoutbox)

    read(submit(browser, path, {**FORM, **wrong}))

    assert not User.objects.get(id=eva.id).is_active
    assert submit(browser, path, FORM).redirect_chain


class TestALink:
    def test_works_once(self, browser: Client, eva: User, mailoutbox: list[EmailMessage]) -> None:
        path = mailed(mailoutbox)
        submit(browser, path, FORM)

        response = browser.get(path, secure=True)

        assert response.status_code == 410
        read(response)

    def test_is_useless_once_another_was_sent(
        self, browser: Client, admin: Member, eva: User, mailoutbox: list[EmailMessage]
    ) -> None:
        first = mailed(mailoutbox)
        invitations.invite_again(admin.caller, eva.id)
        second = mailed(mailoutbox)

        assert browser.get(first, secure=True).status_code == 410
        assert browser.get(second, secure=True).status_code == 200

    def test_is_useless_after_three_days(
        self, browser: Client, eva: User, mailoutbox: list[EmailMessage], clock: Any
    ) -> None:
        path = mailed(mailoutbox)
        clock.move_to(NOW + timedelta(days=3))

        assert browser.get(path, secure=True).status_code == 410

    def test_is_useless_once_revoked_and_none_is_mailed(
        self, browser: Client, admin: Member, eva: User, mailoutbox: list[EmailMessage]
    ) -> None:
        path = mailed(mailoutbox)
        invitations.invite_again(admin.caller, eva.id)
        admin.api.delete(f"/api/v1/members/{eva.id}/")

        assert browser.get(path, secure=True).status_code == 410
        assert deliver_waiting() == 1
        assert len(mailoutbox) == 1

    def test_that_is_mailed_twice_is_one_and_the_same(
        self, browser: Client, eva: User, mailoutbox: list[EmailMessage]
    ) -> None:
        """The worker was killed between the mail server's answer and the commit that says so."""
        first = mailed(mailoutbox)
        OutboxEntry.objects.update(state="waiting", claimed_until=None)

        assert mailed(mailoutbox) == first
        assert browser.get(first, secure=True).status_code == 200

    def test_that_is_not_ours_is_refused(self, browser: Client) -> None:
        assert browser.get("/account/invitation/made-up/", secure=True).status_code == 410
