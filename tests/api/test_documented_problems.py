"""Every problem that the document gives an operation is produced, and is what the document says."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import override_settings
from psycopg.errors import QueryCanceled
from pytest_django import Settings

import sql
from accounts.endpoints import MOST
from accounts.models import Clinic, Invitation, Membership, ServiceKey, User, Webhook
from accounts.roles import SecondFactorPolicy
from analytics.models import Alert
from api.errors import TooManyStreams
from api.places import place_for
from glucose.models import Import, SourceAccount, VendorPatient
from patients.care_models import Note
from patients.models import Patient
from project.answers import examples_of
from project.problems import ALL, Problem
from tests.api.asserting import JSON, NOW, assert_problem
from tests.api.stage import ACCOUNT, CLINIC, HOST, PLACES, USER, Stage, raise_alert, set_stage
from tests.contract import document
from tests.contract.validation import errors_of_answer
from tests.second_factors import enrol_app
from work.models import DeadLetter

COMMITTED = document.read(document.COMMITTED)
OPERATIONS = document.operations(COMMITTED)
NOBODY = "01957a3c-0000-7000-8000-00000000dead"


class Play:
    """The first example of an operation, sent with one thing wrong."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name = stage, name
        self.path, self.method, self.operation = OPERATIONS[name]
        self.example = examples_of(name)[0]

    def send(self, *, query: dict[str, str] | None = None, body: Any = None, path: str = "", **more: Any) -> Any:
        """The example's request, but for what is given."""
        query = self.example.get("query", {}) if query is None else query
        body = self.example.get("body") if body is None else body
        return self.stage.send(path or self.path, self.method, query, body, **more)

    def raw(self, text: str, kind: str = JSON, **more: Any) -> Any:
        """The example's request with a body of another kind."""
        address = self.path.format(**PLACES)
        return getattr(self.stage.api, self.method)(address, text, content_type=kind, HTTP_HOST=HOST, **more)

    @property
    def is_form(self) -> bool:
        """Whether its body is a form with a file."""
        return "file" in self.example.get("body", {})

    def queries(self) -> list[dict[str, Any]]:
        """The parameters of the query."""
        return [one for one in self.operation.get("parameters", []) if one["in"] == "query"]


def invalid(play: Play) -> Any:
    if play.is_form:
        return play.send(body={**play.example["body"], "patient": "nobody"})
    if "requestBody" in play.operation:
        return play.raw('{"misspelt": 1}')
    # A cursor is read where a page is asked for only; the values of a list are always.
    strict = min(play.queries(), key=lambda one: ("enum" not in one["schema"], one["name"] != "cursor"))
    return play.send(query={strict["name"]: "~"})


def not_signed_in(play: Play) -> Any:
    play.stage.api.credentials()
    return play.send()


def token_refused(play: Play) -> Any:
    if {} in play.operation["security"]:
        return play.send(body={"refresh": "expired"})
    play.stage.api.credentials(HTTP_AUTHORIZATION="Bearer expired")
    return play.send()


def forbidden(play: Play) -> Any:
    Membership.objects.all().delete()
    return play.send()


def not_found(play: Play) -> Any:
    if play.is_form:
        return play.send(body={**play.example["body"], "patient": NOBODY})
    if play.name == "imports_list":
        return play.send(query={"patient": NOBODY})
    if play.name in ("alerts_list", "alert_rules_list"):
        return play.send(query={"patient": NOBODY})
    if play.name == "alert_rules_set":
        return play.send(body={"kind": "low", "patient": NOBODY})
    return play.send(path=play.path.format(**dict.fromkeys(PLACES, NOBODY)))


def window_too_large(play: Play) -> Any:
    time = "" if play.name in ("daily", "periods", "sync_truth") else "T00:00:00Z"
    window = {"start": f"1990-01-01{time}", "end": f"2026-01-01{time}"}
    if "requestBody" in play.operation:
        return play.send(body={**play.example["body"], **window})
    return play.send(query=window)


def conflict(play: Play) -> Any:
    if play.name == "alerts_snooze":
        Alert.objects.update(closed_at=NOW)
        return play.send()
    if play.name == "keys_rotate":
        ServiceKey.objects.update(expires_at=NOW)
        return play.send()
    if play.name == "dead_letters_requeue":
        DeadLetter.objects.update(requeued_at=NOW)
        return play.send()
    if play.name == "members_invite":
        return play.send(body={**play.example["body"], "email": "rui@example.org"})
    if play.name == "notes_edit":
        Note.objects.update(removed_at=NOW, removed_by=USER)
        return play.send()
    if play.name == "members_invite_again":
        Invitation.objects.all().delete()
        return play.send()
    if play.name == "webhooks_create":
        for _ in range(MOST):
            Webhook.objects.create(clinic_id=CLINIC, url="x", events=[], secret="x", created_at=NOW)
        return play.send()
    if play.name.startswith("members_"):
        return play.send(path=play.path.format(member_id=USER))
    if play.name.startswith("imports_"):
        Import.objects.update(state="done")
        return play.send()
    patient = Patient.objects.get()
    if play.name.startswith("patients_"):
        Patient.objects.create(clinic=patient.clinic, name="Bia", timezone="UTC", external_ref="MRN-0002")
        return play.send(body={**play.example["body"], "external_ref": "MRN-0002"})
    if play.name == "librelinkup_accounts_create":
        return play.send(body={**play.example["body"], "email": SourceAccount.objects.get(id=ACCOUNT).email})
    if play.name not in ("librelinkup_unlink", "librelinkup_accounts_accept_terms"):
        VendorPatient.objects.update(patient=patient, state="linked")
    return play.send()


def failing(error: type[Exception]) -> Callable[[Play], Any]:
    """The answer while the database driver raises the error, by Django's own hook."""

    def fail(*args: Any) -> Any:
        raise error("the server closed the connection unexpectedly")

    def send(play: Play) -> Any:
        with connection.execute_wrapper(fail):
            return play.send()

    return send


def too_slow(play: Play) -> Any:
    """The answer where the database ends a statement, as its statement_timeout does."""

    def end(*args: Any) -> Any:
        raise OperationalError from QueryCanceled("canceling statement due to statement timeout")

    with connection.execute_wrapper(end):
        return play.send()


def key_reused(play: Play) -> Any:
    play.send(HTTP_IDEMPOTENCY_KEY="once")
    return play.raw(json.dumps(play.example["body"], indent=4), HTTP_IDEMPOTENCY_KEY="once")


def in_progress(play: Play) -> Any:
    """The answer where another session holds the lock of the key."""

    def held(execute: Any, statement: Any, *rest: Any) -> Any:
        if statement == sql.read("queries/try_lock_idempotency_key.sql").encode():
            return execute(b"SELECT false", None, *rest[1:])
        return execute(statement, *rest)

    with connection.execute_wrapper(held):
        return play.send(HTTP_IDEMPOTENCY_KEY="held")


def too_often(play: Play) -> Any:
    with override_settings(READS_PER_MINUTE=1, WRITES_PER_MINUTE=1, LOGIN_FAILURES_PER_ACCOUNT=1):
        wrong = {"username": f"nobody-{uuid4()}", "password": "wrong"} if play.name == "auth_token" else None
        # Signing out everywhere would end the session that asks: another write counts as well.
        play.send(body=wrong, path="/api/v1/sessions/" if play.name == "auth_logout_everywhere" else "")
        return play.send(body=wrong)


def otp_required(play: Play) -> Any:
    enrol_app(User.objects.get(id=USER), NOW)
    return play.send()


def second_factor_required(play: Play) -> Any:
    Clinic.objects.update(second_factor=SecondFactorPolicy.EVERYONE)
    return play.send()


def too_many_streams(play: Play) -> Any:
    accept = "text/event-stream" if play.name == "readings_stream" else "text/csv"
    with override_settings(STREAMS_PER_USER=1, LIVE_STREAMS_PER_USER=1):
        if play.is_form:
            # Another test's may be held still: Redis stays.
            with suppress(TooManyStreams):
                place_for(USER)
            return play.send()
        play.send(query={}, HTTP_ACCEPT=accept)
        return play.send(query={}, HTTP_ACCEPT=accept)


PRODUCERS: dict[str, Callable[[Play], Any]] = {
    "bad-request": lambda play: play.send(HTTP_HOST="evil.example"),
    "not-authenticated": not_signed_in,
    "token-refused": token_refused,
    "wrong-credentials": lambda play: play.send(body={"username": "ana", "password": "wrong"}),
    "otp-required": otp_required,
    "second-factor-required": second_factor_required,
    "forbidden": forbidden,
    "not-found": not_found,
    "not-acceptable": lambda play: play.send(HTTP_ACCEPT="image/png"),
    "conflict": conflict,
    "body-too-large": lambda play: play.send(CONTENT_LENGTH="500000000"),
    "unsupported-media-type": lambda play: play.raw("x", "text/plain"),
    "malformed-body": lambda play: play.raw("{", "multipart/form-data" if play.is_form else JSON),
    "body-too-deep": lambda play: play.raw("[" * 100 + "]" * 100),
    "length-required": lambda play: play.send(CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"),
    "url-too-long": lambda play: play.send(query={"x": "y" * 9_000}),
    "timeout": too_slow,
    "precondition-failed": lambda play: play.send(HTTP_IF_MATCH='"another"'),
    "idempotency-key-reused": key_reused,
    "request-in-progress": in_progress,
    "too-many-requests": too_often,
    "too-many-streams": too_many_streams,
    "page-too-large": lambda play: play.send(query={"page_size": "1001"}),
    "invalid-input": invalid,
    "window-too-large": window_too_large,
    "internal-error": failing(ProgrammingError),
    "unavailable": failing(OperationalError),
}


def documented() -> Iterator[tuple[str, Problem]]:
    by_type = {problem.type: problem for problem in ALL}
    for name, (_, _, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = document.resolved(COMMITTED, response)["content"]["application/problem+json"]
                for found in content["schema"]["allOf"][1]["properties"]["type"]["enum"]:
                    yield name, by_type[found]


PAIRS = list(documented())


@pytest.fixture
def stage(db: None, settings: Settings) -> Stage:
    settings.ALLOWED_HOSTS = [HOST]
    stage = set_stage(readings=0)
    raise_alert()
    return stage


@pytest.mark.parametrize(("name", "problem"), PAIRS, ids=[f"{name}-{problem.slug}" for name, problem in PAIRS])
def test_a_documented_problem_is_answered(stage: Stage, name: str, problem: Problem) -> None:
    response = PRODUCERS[problem.slug](Play(stage, name))

    assert_problem(response, problem.status, problem.slug)
    assert errors_of_answer(name, response) == []


def test_the_example_of_a_refusal_is_what_is_answered(stage: Stage) -> None:
    shown = COMMITTED["components"]["examples"]["invalid-input"]["value"]

    answered = Play(stage, "patients_create").send(body={"name": "Bia", "timezone": "Mars/Olympus"}).json()

    assert answered | {"request_id": shown["request_id"]} == shown
