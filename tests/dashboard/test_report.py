"""A patient's report as a page: the same texts as the PDF, and what it says where it is asked wrongly."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

import pytest
import time_machine
from django.test import Client

from accounts.models import Clinic, User
from dashboard.preferences import APPEARANCE, keep_preference
from patients.models import Patient
from tests.api.asserting import NOW
from tests.conftest import Member, put
from tests.pages.browsing import read
from tests.pdf_text import text_of

Browsers = Callable[[User], Client]
FIRST: Final = datetime(2026, 3, 1, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is 2026-03-15 12:00 UTC."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def followed(patient: Patient) -> Patient:
    values = [48 + (37 * number) % 260 for number in range(14 * 288)]
    put(patient, *values, start=FIRST, now=NOW, offset=-180)
    return patient


def page_of(browser: Client, patient: Patient, query: str = "", **more: Any) -> str:
    answer = browser.get(f"/clinic/patients/{patient.id}/report/{query}", secure=True, **more)
    assert answer.status_code == 200
    read(answer)
    return answer.content.decode()


def shown(html: str) -> list[str]:
    """The cells of its tables."""
    return [unescape(one.partition("<")[0]) for one in html.split('<td class="number">')[1:]]


@pytest.mark.parametrize("unit", ["mg/dL", "mmol/L"])
@pytest.mark.parametrize("language", ["en", "pt-br", "es"])
def test_shows_the_numbers_of_the_pdf_it_leads_to(
    admin: Member, followed: Patient, browser_of: Browsers, unit: str, language: str
) -> None:
    browser = browser_of(admin.user)
    keep_preference(admin.user.id, APPEARANCE, {"unit": unit, "theme": "auto"})
    html = page_of(browser, followed, headers={"accept-language": language})
    link = unescape(html.partition('id="pdf" href="')[2].partition('"')[0])

    pdf = browser.get(link, secure=True)

    text = text_of(pdf.content)
    numbers = [" ".join(one.split()) for one in shown(html)]
    assert len(numbers) == 7 + 2 * 6 + 3 * 5
    assert [one for one in numbers if one not in text] == []


@pytest.mark.parametrize("query", ["?days=13", "?end=2026-03-15", "?end=x"])
def test_says_what_is_wrong_beside_the_usual_report(
    admin: Member, followed: Patient, browser_of: Browsers, query: str
) -> None:
    html = page_of(browser_of(admin.user), followed, query)

    assert "Choose a last day that is over" in html
    assert "March 1, 2026 to March 14, 2026, 14 days" in html


def test_says_that_there_is_too_little_data(admin: Member, patient: Patient, browser_of: Browsers) -> None:
    html = page_of(browser_of(admin.user), patient)

    assert "There are no readings in these days." in html
    assert 'class="paper insufficient"' in html


def test_of_somebody_elses_patient_is_not_there(
    admin: Member, make_patient: Callable[..., Patient], browser_of: Browsers
) -> None:
    patient = make_patient(Clinic.objects.create(name="Clínica Sul"), name="Carla Reis")

    answer = browser_of(admin.user).get(f"/clinic/patients/{patient.id}/report/", secure=True)

    assert answer.status_code == 404
