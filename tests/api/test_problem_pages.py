"""`/problems/`: every type of problem leads to a page that says what to do."""

import re
from html import unescape

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from project.problem_help import HELP, example
from project.problems import ALL, Problem
from tests.api.asserting import JSON, V1, assert_problem
from tests.conftest import Member

every_problem = pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.slug)


def page(api: APIClient, address: str) -> str:
    response = api.get(address, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return unescape(response.content.decode())


@every_problem
def test_the_type_leads_to_a_page_that_says_what_happened_and_what_to_do(
    anonymous: APIClient, problem: Problem
) -> None:
    text = page(anonymous, problem.type)

    assert f"<h1>{problem.title}</h1>" in text
    assert str(HELP[problem].happened) in text
    assert HELP[problem].steps
    assert all(f"<li>{step}</li>" in text for step in HELP[problem].steps)
    assert f'"type": "{problem.type}"' in text


@every_problem
def test_a_page_has_no_style_or_script_of_its_own_and_one_heading(anonymous: APIClient, problem: Problem) -> None:
    text = page(anonymous, problem.type)

    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", text)
    assert text.count("<h1>") == 1
    assert '<html lang="en">' in text
    assert "<main>" in text


def test_no_two_problems_share_a_slug() -> None:
    assert len({problem.slug for problem in ALL}) == len(ALL)


def test_the_index_leads_to_every_page(anonymous: APIClient) -> None:
    text = page(anonymous, "/problems/")

    assert set(re.findall(r'href="(/problems/[^"]+)"', text)) == {problem.type for problem in ALL}


@every_problem
def test_an_example_has_the_members_of_the_real_thing(problem: Problem) -> None:
    shown = example(problem)

    assert list(shown)[:6] == ["type", "title", "status", "detail", "instance", "request_id"]
    assert shown["status"] == problem.status
    assert all(shown.values())


def test_the_type_of_an_answer_resolves_on_the_same_host(anonymous: APIClient, admin: Member) -> None:
    for response in (
        anonymous.get(V1 + "patients/"),
        anonymous.get("/nothing/"),
        admin.api.post(V1 + "patients/", "{", content_type=JSON),
        admin.api.put(V1 + "patients/"),
    ):
        assert anonymous.get(response.json()["type"]).status_code == 200


def test_an_unknown_problem_is_not_found(anonymous: APIClient) -> None:
    assert_problem(anonymous.get("/problems/nothing/"), 404, "not-found")


def test_the_pages_are_only_read(anonymous: APIClient) -> None:
    assert_problem(anonymous.post("/problems/"), 405, "method-not-allowed")
    assert_problem(anonymous.delete("/problems/not-found/"), 405, "method-not-allowed")


def test_their_style_sheet_is_served(anonymous: APIClient, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page(anonymous, "/problems/"))

    response = APIClient().get(address)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    response.close()
