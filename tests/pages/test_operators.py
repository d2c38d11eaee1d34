"""`/operator/`: the admin, for operators with a fresh second factor, in a process that has no API."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import dramatiq
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.models import Clinic, Session, User
from accounts.roles import Role
from analytics.models import AlertState
from patients.models import Patient
from project.actors import import_actors
from tests.conftest import Member, tokens_of
from tests.pages.browsing import NOW, PASSWORD, sign_in, submit
from tests.second_factors import code_at, enrol_app
from work.models import DeadLetter

OPERATOR = "/operator/"
CODE = "/account/2fa/authenticate/"


@pytest.fixture(autouse=True)
def process(settings: Settings) -> None:
    """The operators' own."""
    settings.ADMIN_ENABLED = True
    settings.ROOT_URLCONF = "project.operator_urls"


@pytest.fixture
def olga(db: None) -> User:
    """An operator with an authenticator app."""
    user = services.create_operator(username="olga", password=PASSWORD, name="Olga")
    enrol_app(user, NOW)
    return user


@pytest.fixture
def operator(browser: Client, olga: User) -> Client:
    """Signed in just now, with both factors."""
    sign_in(browser, username="olga")
    submit(browser, CODE, {"code": code_at(NOW)})
    return browser


def status(browser: Client, address: str = OPERATOR) -> int:
    return int(browser.get(address, secure=True).status_code)


def led_to(browser: Client, address: str = OPERATOR) -> str:
    """Where the redirects end."""
    response = browser.get(address, secure=True, follow=True)
    return unquote(response.redirect_chain[-1][0]) if response.redirect_chain else address


def letter_of(arguments: dict[str, str]) -> DeadLetter:
    """A message that was given up."""
    told = {"reason": "It took longer than its time limit.", "died_at": NOW}
    return DeadLetter.objects.create(
        message_id=str(uuid4()), actor="sync_account", queue="default", arguments=arguments, **told
    )


def posted(operator: Client, address: str, values: dict[str, Any]) -> Any:
    """The answer to a form of Django's own."""
    token = operator.get(address, secure=True).context["csrf_token"]
    given = {**values, "csrfmiddlewaretoken": str(token)}
    return operator.post(address, given, secure=True, headers={"referer": "https://localhost/"})


class TestWhoIsLetIn:
    def test_an_operator_who_has_just_proven_both_factors(self, operator: Client) -> None:
        assert status(operator) == 200

    def test_nobody_who_is_not_signed_in(self, browser: Client) -> None:
        assert led_to(browser) == f"/account/login/?next={OPERATOR}"

    def test_no_member_of_a_clinic_whatever_their_role(
        self, browser: Client, clinic: Clinic, member: Callable[..., Member]
    ) -> None:
        user = member(clinic, Role.ADMIN, "ana").user
        user.set_password(PASSWORD)
        user.save()
        enrol_app(user, NOW)
        sign_in(browser)
        submit(browser, CODE, {"code": code_at(NOW)})

        assert browser.get(OPERATOR, secure=True, follow=True).status_code == 404

    def test_no_operator_without_a_second_factor(self, browser: Client, olga: User) -> None:
        Authenticator.objects.all().delete()
        sign_in(browser, username="olga")

        assert led_to(browser) == "/account/2fa/"

    def test_no_operator_with_a_password_alone(self, browser: Client, olga: User) -> None:
        sign_in(browser, username="olga")

        assert status(browser) == 302
        assert led_to(browser) == CODE

    def test_nobody_whose_proof_is_old(self, operator: Client, clock: time_machine.Traveller) -> None:
        clock.move_to(NOW + timedelta(minutes=14))
        assert status(operator) == 200

        clock.move_to(NOW + timedelta(minutes=16))

        assert status(operator) == 302
        assert led_to(operator) == f"/account/2fa/reauthenticate/?next={OPERATOR}"

    def test_an_operator_who_proves_it_again(self, operator: Client, clock: time_machine.Traveller) -> None:
        later = NOW + timedelta(minutes=20)
        clock.move_to(later)

        submit(operator, f"/account/2fa/reauthenticate/?next={OPERATOR}", {"code": code_at(later)})

        assert status(operator) == 200

    def test_an_operator_who_was_switched_off_is_not(self, operator: Client, olga: User) -> None:
        User.objects.filter(pk=olga.pk).update(is_active=False)

        assert led_to(operator).startswith("/account/login/")

    def test_no_token_of_the_api(self, browser: Client, olga: User) -> None:
        response = browser.get(OPERATOR, secure=True, headers={"authorization": f"Bearer {tokens_of(olga).access}"})

        assert response.status_code == 302


class TestThePages:
    def test_are_there_for_what_an_operator_needs_and_no_more(self) -> None:
        assert {model._meta.label for model in admin.site._registry} == {
            "accounts.Clinic", "accounts.Membership", "accounts.User", "glucose.SourceAccount", "work.Task",
            "work.DeadLetter",
            "work.OutboxEntry",
            "work.ScheduledRun",
            "analytics.AlertState",
        }  # fmt: skip

    @pytest.mark.parametrize("label", ["accounts.Clinic", "accounts.Membership", "accounts.User",
                                       "glucose.SourceAccount", "work.Task", "work.DeadLetter"])  # fmt: skip
    def test_open_and_tell_no_secret(self, operator: Client, olga: User, clinic: Clinic, label: str) -> None:
        apps.get_model("work.Task").objects.create(
            owner=olga, kind="sync", actor="a", queue="q", arguments={"x": "zebra-argument"}
        )
        apps.get_model("glucose.SourceAccount").objects.create(
            clinic=clinic, email="zebra@example.org", password="zebra-password", token="zebra-token"
        )
        letter_of({"account_id": "zebra-argument"})
        services.create_member(clinic_id=clinic.id, username="eva", password=PASSWORD, name="Eva", role=Role.ADMIN)
        model = apps.get_model(label)
        one = model.objects.first()
        list_of = f"{OPERATOR}{model._meta.app_label}/{model._meta.model_name}/"

        for address in (list_of, f"{list_of}{one.pk}/change/"):
            response = operator.get(address, secure=True)

            assert response.status_code == 200
            text = response.content.decode()
            assert "zebra" not in text
            assert "argon2" not in text
            assert "md5$" not in text
            assert "form-action 'self'" in response["Content-Security-Policy"]
            assert "unsafe" not in response["Content-Security-Policy"]
            assert not any(attribute in text for attribute in (" style=", " onclick=", "<style"))

    def test_send_dead_letters_again(self, operator: Client, olga: User) -> None:
        letter, done = letter_of({"account_id": "1"}), letter_of({"account_id": "2"})
        DeadLetter.objects.filter(id=done.id).update(requeued_at=NOW)
        client = dramatiq.get_broker().client  # type: ignore[attr-defined]
        before = client.llen("dramatiq:default")

        values: dict[str, Any] = {"action": "requeue", "_selected_action": [str(letter.id), str(done.id)]}
        response = posted(operator, f"{OPERATOR}work/deadletter/", values)

        letter.refresh_from_db()
        text = operator.get(response["Location"], secure=True).content.decode()
        assert (letter.requeued_at, letter.requeued_by) == (NOW, olga)
        assert client.llen("dramatiq:default") == before + 1
        assert "1 sent again." in text
        assert "sent again already" in text

    def test_discard_a_dead_letter_once_that_is_confirmed(self, operator: Client) -> None:
        letter = letter_of({"account_id": "1"})
        address = f"{OPERATOR}work/deadletter/{letter.id}/delete/"

        asked = operator.get(address, secure=True)
        assert (asked.status_code, DeadLetter.objects.count()) == (200, 1)
        posted(operator, address, {"post": "yes"})

        assert not DeadLetter.objects.exists()

    @pytest.mark.parametrize("page", ["user", "membership"])
    def test_find_users_by_a_part_of_the_name_or_the_whole_address(
        self, operator: Client, clinic: Clinic, page: str
    ) -> None:
        for username, email in {"eva@example.org": "eva@example.org", "olgierd": "o@example.org"}.items():
            services.create_member(
                clinic_id=clinic.id, username=username, password=PASSWORD, name="E", role=Role.PATIENT, email=email
            )

        def found(term: str) -> int:
            response = operator.get(f"{OPERATOR}accounts/{page}/", {"q": term}, secure=True)
            assert response.status_code == 200
            return int(response.context["cl"].result_count)

        assert [found(term) for term in ("eva@EXAMPLE.org", "o@example.org", "olgie")] == [1, 1, 1]
        assert [found(term) for term in ("@example", "nobody@example.org")] == [0, 0]

    def test_set_the_policy_of_a_clinic(self, operator: Client, clinic: Clinic) -> None:
        address = f"{OPERATOR}accounts/clinic/{clinic.id}/change/"
        token = operator.get(address, secure=True).context["csrf_token"]

        values = {"name": clinic.name, "second_factor": "everyone", "csrfmiddlewaretoken": str(token)}
        response = operator.post(address, values, secure=True, headers={"referer": "https://localhost/"})

        assert response.status_code == 302
        assert Clinic.objects.get(pk=clinic.pk).second_factor == "everyone"

    def test_switch_a_user_off_and_end_their_sessions(self, operator: Client, clinician: Member) -> None:
        address = f"{OPERATOR}accounts/user/{clinician.user.id}/change/"
        token = operator.get(address, secure=True).context["csrf_token"]

        operator.post(
            address, {"csrfmiddlewaretoken": str(token)}, secure=True, headers={"referer": "https://localhost/"}
        )

        assert not User.objects.get(pk=clinician.user.pk).is_active
        assert not Session.objects.filter(user=clinician.user, revoked_at=None).exists()

    def test_list_what_waits_in_the_outbox_and_send_again_what_was_given_up(self, operator: Client) -> None:
        make = apps.get_model("work.OutboxEntry").objects.create
        told = {"kind": "webhook", "lane": "zebra", "payload": {"x": "zebra"}}
        given_up = make(key="zebra:1", state="given up", error="It answered 500.", attempts=15, **told)
        waiting = make(key="zebra:2", error="It answered 404.", attempts=2, **told)
        make(key="zebra:3", state="delivered", **told)
        address = f"{OPERATOR}work/outboxentry/"
        page = operator.get(address, secure=True)
        values = {
            "csrfmiddlewaretoken": str(page.context["csrf_token"]),
            "action": "send_again",
            "_selected_action": [str(given_up.pk), str(waiting.pk)],
        }

        response = operator.post(address, values, secure=True, headers={"referer": "https://localhost/"}, follow=True)

        text = page.content.decode()
        assert page.context["cl"].result_count == 2
        assert "It answered 500." in text
        assert "zebra" not in text
        assert "1 wait to be sent again." in response.content.decode()
        given_up.refresh_from_db()
        waiting.refresh_from_db()
        assert (given_up.state, given_up.attempts, waiting.attempts) == ("waiting", 0, 2)

    def test_list_whom_no_alarm_can_be_raised_for_by_id_alone(
        self, operator: Client, make_patient: Callable[..., Patient], clinic: Clinic
    ) -> None:
        well, failing = make_patient(clinic), make_patient(clinic)
        AlertState.objects.create(patient=well)
        AlertState.objects.create(patient=failing, failures=3, failing_since=NOW, retry_at=NOW, error="ZebraError")

        text = operator.get(f"{OPERATOR}analytics/alertstate/", secure=True).content.decode()

        assert str(failing.id) in text
        assert "ZebraError" in text
        assert str(well.id) not in text
        assert failing.name not in text

    def test_list_all_periodic_work(self, operator: Client) -> None:
        from work.models import ScheduledRun
        from work.schedules import REGISTER

        import_actors()
        period = REGISTER["apply_retention"].period(NOW)
        begun = {"started_at": NOW - timedelta(seconds=90), "finished_at": NOW - timedelta(seconds=30)}
        ScheduledRun.objects.create(
            schedule="apply_retention", period=period, outcome="failed", error="It took longer than it may.", **begun
        )

        response = operator.get(f"{OPERATOR}work/scheduledrun/", secure=True)

        text = response.content.decode()
        assert text.count('class="field-name"') == len(REGISTER)
        assert all(name in text for name in REGISTER)
        assert all(one in text for one in ("failed: It took longer than it may.", "60.00", "2026-"))
        assert not any(attribute in text for attribute in (" style=", " onclick=", "<style"))

    def test_come_without_the_api(self, operator: Client) -> None:
        assert status(operator, "/api/v1/patients/") == 404
        assert status(operator, "/api/docs/") == 404


def test_the_public_process_has_no_such_page(operator: Client, settings: Settings) -> None:
    settings.ROOT_URLCONF = "project.urls"

    assert status(operator) == 404


def test_the_role_of_the_application_is_refused() -> None:
    url = "postgres://saude_app:kV7pQ2xX9mB4tR8w@127.0.0.1:1/saude"
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "ADMIN_ENABLED": "true", "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "saude.E006" in done.stderr
