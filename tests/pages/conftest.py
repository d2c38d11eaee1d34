"""Somebody with a password and a browser, at one instant."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import Clinic, User
from accounts.roles import Role
from tests.conftest import Member
from tests.pages.browsing import NOW, PASSWORD


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is 2026-03-15 12:00 UTC, and stays so until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """What is slow on purpose, or in vain."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture
def ana(clinic: Clinic, member: Callable[..., Member]) -> User:
    """Somebody with a password."""
    user = member(clinic, Role.CLINICIAN, "ana").user
    user.set_password(PASSWORD)
    user.email = "ana@example.org"
    user.save()
    return user


@pytest.fixture
def browser(db: None) -> Client:
    """Checks CSRF as a browser's forms meet it, and comes by https."""
    return Client(enforce_csrf_checks=True, headers={"host": "localhost"})
