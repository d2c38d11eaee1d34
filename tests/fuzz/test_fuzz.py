"""Some thousand requests made from the document, by every role: the same ones in each run."""

import logging

import pytest
from pytest_django import Settings

from tests.fuzz.report import summary, table
from tests.fuzz.runner import ROUND, Plan, run


@pytest.fixture(autouse=True)
def quiet(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Refusals are what is wanted, and are not logged; the pool of the suite keeps its own statement timeout."""
    caplog.set_level(logging.CRITICAL, logger="django")
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATEMENT_TIMEOUT_SECONDS = 0


@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_no_request_is_answered_otherwise_than_the_document_says() -> None:
    from project.wsgi import application

    pairs = len(Plan(1).pairs())
    outcome = run(Plan(cases=pairs * ROUND), application)

    print(*table(outcome), summary(outcome), sep="\n")
    assert outcome.checked == pairs * ROUND
    assert list(outcome.failures.values()) == []
    answered = {name for (name, _), statuses in outcome.statuses.items() if any(s // 100 == 2 for s in statuses)}
    assert answered == {name for name, _ in Plan(1).pairs()}


@pytest.mark.django_db
def test_a_seed_makes_the_same_requests_again() -> None:
    from project.wsgi import application

    plan = Plan(cases=30, seed=3, operation="readings_list", role="admin")

    assert run(plan, application).statuses == run(plan, application).statuses
