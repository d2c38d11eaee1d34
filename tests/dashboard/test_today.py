"""The clinic's table: what the page brings for its script, and what it is in without it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from dashboard.preferences import TODAY, keep_preference
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patient")]
Browsers = Callable[[User], Client]


@pytest.fixture
def page(clinician: Member, browser_of: Browsers) -> str:
    answer = browser_of(clinician.user).get("/clinic/?category=any_low&search=ana", secure=True)
    read(answer)
    return str(answer.content.decode())


def given(page: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_sorts_without_column_heads(page: str) -> None:
    select = page[page.index('<select id="sort"') :].partition("</select>")[0]

    assert 'value="attention"' in select
    assert 'value="-age"' in select


def test_is_a_table_to_a_screen_reader_whatever_its_style(page: str) -> None:
    assert '<table id="patients" role="table"' in page
    assert 'role="rowgroup"' in page
    assert '<tr id="heads" role="row">' in page


def test_has_words_for_what_the_script_says(page: str) -> None:
    words = given(page, "words")

    assert {"period", "there", "not_kept", "column_shown"} <= words.keys()
    assert words["categories"]["any_low"] == "Low"


def test_gives_the_script_what_the_member_keeps(clinician: Member, browser_of: Browsers) -> None:
    view = {"columns": ["tir"], "views": [{"name": "</script><b>", "category": "any_low"}]}
    keep_preference(clinician.user.id, TODAY, view)

    page = browser_of(clinician.user).get("/clinic/", secure=True).content.decode()

    assert given(page, "kept") == view
    assert "</script><b>" not in page


def test_has_nothing_of_a_patient_before_the_script_asks(page: str, patient: Patient) -> None:
    assert patient.name not in page
