"""The settings of the clinic: for administrators alone, and what their scripts may send."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
PAGE: Final = "/clinic/settings/"
RULES: Final = "/clinic/data/alerts/rules/"
LOW: Final = {"kind": "low", "enabled": True, "threshold": 4.2, "unit": "mmol/L", "channels": ["page"]}


def test_is_sound_for_administrators(admin: Member, browser_of: Browsers) -> None:
    answer = browser_of(admin.user).get(PAGE, secure=True)

    assert answer.status_code == 200
    read(answer)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RESEARCHER, Role.PATIENT])
def test_is_for_nobody_else(role: Role, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers) -> None:
    browser = browser_of(member(clinic, role).user)

    assert browser.get(PAGE, secure=True).status_code == 403
    assert "/clinic/settings/" not in browser.get("/clinic/", secure=True).content.decode()


def test_shows_whom_the_clinic_wants_a_second_factor_of(admin: Member, browser_of: Browsers) -> None:
    assert "Recommended, not required" in browser_of(admin.user).get(PAGE, secure=True).content.decode()


class TestAlertRules:
    def test_are_set_in_the_unit_of_the_page(
        self, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        browser = browser_of(admin.user)

        answer = send_data(browser, "post", RULES, LOW | {"quiet_hours": {"start": "22:00", "end": "06:00"}})

        assert answer.status_code == 201
        low = next(
            one for one in browser.get(f"{RULES}?unit=mg/dL", secure=True).json()["results"] if one["kind"] == "low"
        )
        assert (low["threshold"], low["level"], low["channels"]) == (76, "clinic", ["page"])
        assert low["quiet_hours"] == {"start": "22:00", "end": "06:00", "timezone": None}

    def test_name_the_field_that_is_out_of_its_limits(
        self, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        quiet = {"quiet_hours": {"start": "25:00", "end": "06:00"}}

        far = send_data(browser_of(admin.user), "post", RULES, LOW | {"threshold": 42})
        odd = send_data(browser_of(admin.user), "post", RULES, LOW | quiet)

        assert [one["pointer"] for one in far.json()["errors"]] == ["/threshold"]
        assert [one["pointer"] for one in odd.json()["errors"]] == ["/quiet_hours/start"]

    def test_of_the_clinic_are_not_a_clinicians_to_set(
        self, clinician: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        assert send_data(browser_of(clinician.user), "post", RULES, LOW).status_code == 403


def test_reviews_are_set_as_a_whole(admin: Member, browser_of: Browsers, send_data: Callable[..., Any]) -> None:
    browser = browser_of(admin.user)
    rules = {"kind": "custom", "days": 10, "timezone": "America/Recife", "by_category": {"very_low": 4}}

    assert send_data(browser, "put", "/clinic/data/reviews/rules/", rules).json() == rules
    wrong = send_data(browser, "put", "/clinic/data/reviews/rules/", rules | {"by_category": {"very_low": 400}})
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/by_category/very_low"]


def test_webhooks_are_listed_tested_and_switched_off(
    admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
) -> None:
    browser = browser_of(admin.user)
    made = admin.api.post(
        "/api/v1/webhooks/", {"url": "https://example.com/hook", "events": ["alert.opened"]}, format="json"
    ).json()
    address = f"/clinic/data/webhooks/{made['id']}/"

    test = send_data(browser, "post", f"{address}test/")

    assert test.status_code == 202
    sent = browser.get(f"{address}deliveries/", secure=True).json()["results"]
    assert [one["id"] for one in sent] == [test.json()["delivery"]]
    assert send_data(browser, "patch", address, {"active": False}).json()["standing"] == "off"
    assert "secret" not in browser.get("/clinic/data/webhooks/", secure=True).json()["results"][0]


def test_leads_to_where_webhooks_are_made(admin: Member, browser_of: Browsers) -> None:
    page = browser_of(admin.user).get(PAGE, secure=True).content.decode()

    assert 'href="/clinic/developers/">Set one up' in page
