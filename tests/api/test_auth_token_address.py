"""`POST auth/token/` of somebody whose user name is their e-mail address, which no column holds in plain text."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import EmailTaken
from accounts.models import Clinic, User
from accounts.roles import Role
from tests.api.asserting import V1, assert_problem, send
from tests.conftest import Member, tokens_of

TOKEN = V1 + "auth/token/"
PASSWORD = "correct horse battery"
ADDRESS = "Eva@Example.org"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def create(clinic: Clinic, **fields: str) -> User:
    return services.create_member(
        **{"clinic_id": clinic.id, "password": PASSWORD, "name": "Eva", "role": Role.PATIENT, **fields}  # type: ignore[arg-type]
    )


@pytest.fixture
def eva(clinic: Clinic) -> User:
    """Her user name is her address."""
    return create(clinic, username=ADDRESS, email=ADDRESS)


def sign_in(username: str) -> Any:
    return send(APIClient(), "post", TOKEN, {"username": username, "password": PASSWORD})


@pytest.mark.parametrize("typed", [ADDRESS, "eva@example.org", "EVA@EXAMPLE.ORG"])
def test_it_takes_the_address_in_whatever_case(eva: User, typed: str) -> None:
    assert sign_in(typed).status_code == 200


def test_it_does_not_take_what_stands_in_the_place_of_the_name(eva: User) -> None:
    stored = User.objects.values_list("username", flat=True).get(id=eva.id)

    assert stored == str(eva.id)
    assert_problem(sign_in(stored), 401, "wrong-credentials")


def test_it_tells_the_address_as_the_user_name(eva: User) -> None:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(eva).access}")

    assert api.get(V1 + "auth/me/").json()["username"] == ADDRESS


def test_it_does_not_take_the_address_of_who_has_another_user_name(clinic: Clinic) -> None:
    create(clinic, username="eva", email=ADDRESS)

    assert_problem(sign_in(ADDRESS), 401, "wrong-credentials")
    assert sign_in("eva").status_code == 200


def test_it_counts_the_failures_of_every_spelling_together(
    eva: User, settings: Settings, nothing_counted: None
) -> None:
    settings.LOGIN_FAILURES_PER_ACCOUNT = 1
    send(APIClient(), "post", TOKEN, {"username": ADDRESS, "password": "wrong"})

    assert_problem(sign_in(ADDRESS.upper()), 429, "too-many-requests")


@pytest.mark.parametrize(
    "taken", [{"username": ADDRESS}, {"username": "other", "email": ADDRESS}, {"username": "eva@example.org"}]
)
def test_nobody_else_gets_an_address_as_name_or_address(eva: User, clinic: Clinic, taken: dict[str, str]) -> None:
    with pytest.raises(EmailTaken):
        create(clinic, **taken)


def test_the_command_says_that_an_address_is_taken(eva: User, clinic: Clinic, monkeypatch: Any) -> None:
    monkeypatch.setattr("getpass.getpass", lambda: PASSWORD)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    with pytest.raises(CommandError, match="is taken"):
        call_command("create_member", str(clinic.id), ADDRESS, "patient")


def test_a_roster_that_is_loaded_again_makes_nobody_twice(db: None, tmp_path: Path) -> None:
    person = {"username": ADDRESS, "email": ADDRESS, "password": PASSWORD, "name": "Eva", "role": "clinician"}
    file = tmp_path / "roster.json"
    file.write_text(json.dumps({"clinics": [{"name": "Clínica", "members": [person]}]}))

    for _ in range(2):
        call_command("load_roster", str(file), verbosity=0)

    assert User.objects.count() == 1


def test_a_member_can_be_invited_by_it_once(eva: User, admin: Member) -> None:
    body = {"email": "eva@example.org", "name": "Eva", "role": "clinician"}

    assert_problem(send(admin.api, "post", V1 + "members/", body), 409, "conflict")
