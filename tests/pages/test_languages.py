"""English, Portuguese of Brazil and Spanish: every text of the pages is in each."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import translation

from accounts import invitations
from accounts.models import User
from accounts.roles import Role
from tests.conftest import Member
from tests.outboxes import deliver_waiting
from tests.pages.browsing import LOGIN, read
from tests.pages.texts import CATALOGUES, compiled, texts

OTHERS = [code for code, _ in settings.LANGUAGES if code != "en"]
FILLED_IN = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("text", sorted(texts()))
def test_a_text_is_translated(language: str, text: str) -> None:
    with translation.override(language):
        # Python before 3.11.6 finds what has a plural by ngettext only.
        found = {translation.gettext(text), translation.ngettext(text, text, 1)}

    assert found != {text}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: f"{path.parts[-5]} {path.parts[-3]}")
class TestACatalogue:
    def test_is_compiled(self, catalogue: Path) -> None:
        assert catalogue.with_suffix(".mo").read_bytes() == compiled(catalogue)

    def test_has_no_text_that_is_gone(self, catalogue: Path) -> None:
        assert {entry.msgid for entry in polib.pofile(str(catalogue))} <= texts()

    def test_keeps_what_is_filled_in(self, catalogue: Path) -> None:
        for entry in polib.pofile(str(catalogue)):
            if entry.msgstr:
                assert sorted(FILLED_IN.findall(entry.msgstr)) == sorted(FILLED_IN.findall(entry.msgid))


def test_there_is_one_for_each_language() -> None:
    found = {translation.to_language(path.parts[-3]) for path in CATALOGUES}

    assert found == set(OTHERS)


class TestAPage:
    @pytest.mark.parametrize(
        ("asked", "heading"),
        [("pt-BR,pt;q=0.9", "Entrar"), ("es-AR", "Iniciar sesión"), ("de", "Sign In"), ("en", "Sign In")],
    )
    def test_speaks_the_language_of_the_browser(self, db: None, browser: Client, asked: str, heading: str) -> None:
        response = browser.get(LOGIN, secure=True, headers={"accept-language": asked})

        read(response)
        assert f"<h1>{heading}</h1>" in response.content.decode()

    def test_speaks_another_one_when_asked_to(self, browser: Client) -> None:
        browser.get(LOGIN, secure=True)
        values = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "language": "es", "next": LOGIN}

        response = browser.post(
            "/account/language/", values, secure=True, follow=True, headers={"referer": "https://localhost/"}
        )

        assert '<html lang="es">' in response.content.decode()

    def test_of_the_api_speaks_english_to_all(self, db: None, browser: Client) -> None:
        body = {"username": "", "password": "x"}
        answers = {
            browser.post(
                "/api/v1/auth/token/", body, content_type="application/json", headers={"accept-language": language}
            ).json()["errors"][0]["detail"]
            for language in ("en", "pt-br", "es")
        }

        assert len(answers) == 1


def test_a_mail_speaks_the_language_that_was_chosen(admin: Member, mailoutbox: list[EmailMessage]) -> None:
    member = invitations.invite(admin.caller, email="eva@example.org", name="Eva", role=Role.ADMIN, language="pt-br")

    deliver_waiting()

    assert mailoutbox[0].subject == "Clínica Norte convida você para o Saúde-IA"
    assert User.objects.get(id=member.user_id).email in mailoutbox[0].to
