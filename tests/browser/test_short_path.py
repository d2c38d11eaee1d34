"""The morning of a clinician, in a browser: from who needs somebody to why."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import expect

from patients.models import Patient
from tests.browser.conftest import PASSWORD
from tests.browser.visiting import Visit, sign_in

pytestmark = pytest.mark.usefixtures("clean_readings")
LIVE_MS = 5_000
# Of the chart: how much of the surface has another colour than its corner.
INK = """canvas => {
  const { width, height } = canvas;
  const dots = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let ink = 0;
  for (let at = 3; at < dots.length; at += 4) ink += dots[at] > 0;
  return ink / (width * height);
}"""

PICTURE = "document.querySelector('#chart canvas').toDataURL()"


def test_leads_from_the_clinic_to_a_patients_numbers(at: Visit) -> None:
    page = at.page
    sign_in(at, "ana", PASSWORD)
    rows = page.locator("#rows tr:visible")
    expect(rows).to_have_count(3)

    page.locator("#chips button[data-category=very_low]").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Bruno Lima")
    page.locator('#chips button[data-category=""]').click()
    page.keyboard.press("/")
    page.keyboard.type("alves")
    expect(rows).to_have_count(1)
    page.locator("#search").fill("")
    page.locator("#search").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.first.locator("a")).to_be_focused()
    name = rows.first.locator("a").inner_text()
    page.keyboard.press("Enter")

    page.wait_for_url("**/clinic/patients/*/")
    at.settle()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#summary")).to_contain_text(re.compile(r"\d"))
    assert page.locator("#chart canvas").evaluate(INK) > 0.01
    before = page.evaluate(PICTURE)
    page.locator("#episodes button").first.click()
    page.wait_for_function(f"before => ({PICTURE}) !== before", arg=before)

    page.get_by_role("link", name="Daily pattern").click()
    at.settle()
    assert page.locator("#profile path.median").get_attribute("d")
    page.get_by_role("link", name="Statistics").click()
    at.settle()
    page.locator("#numbers button").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("iglu")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert at.taken() == []


def test_speaks_the_readers_unit_and_language(at: Visit) -> None:
    page = at.page
    sign_in(at, "ana", PASSWORD)
    latest = page.locator("#rows tr", has_text="Diego").locator("[data-column=latest] b")
    expect(latest).to_have_text(re.compile(r"^\d{2,3}$"))

    page.locator("details.settings summary").click()
    page.get_by_role("button", name="mmol/L").click()
    at.settle()
    expect(latest).to_have_text(re.compile(r"^\d{1,2}\.\d$"))
    page.locator("details.settings summary").click()
    page.locator("button[lang=pt-br]").click()
    at.settle()
    assert page.locator("html").get_attribute("lang") == "pt-br"
    expect(latest).to_have_text(re.compile(r"^\d{1,2},\d$"))
    assert at.taken() == []


def test_a_new_reading_moves_its_row_and_leaves_the_focus(at: Visit, people: dict[str, Patient], url: str) -> None:
    page = at.page
    with page.expect_response(lambda answer: "/readings/stream/" in answer.url):
        sign_in(at, "ana", PASSWORD)
    page.locator("#heads th[data-sort=latest] button").first.click()
    link = page.locator("#rows tr", has_text="Carla").locator("a")
    link.focus()
    expect(page.locator("#rows tr:visible").last).not_to_contain_text("Carla")

    _post(url, people["Carla Dias"], 388)

    expect(page.locator("#rows tr:visible").last).to_contain_text("388", timeout=LIVE_MS)
    expect(link).to_be_focused()
    assert at.taken() == []


def _post(url: str, patient: Patient, mg_dl: int) -> None:
    """A reading of now, through the API."""
    signed = httpx.post(f"{url}/api/v1/auth/token/", json={"username": "ana", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {signed.json()['access']}"}
    reading = {"time": datetime.now(UTC).isoformat(), "value": mg_dl, "source": "upload"}
    body = {"readings": [reading]}
    answer = httpx.post(f"{url}/api/v1/patients/{patient.id}/readings/", json=body, headers=headers)
    assert answer.is_success, answer.text
