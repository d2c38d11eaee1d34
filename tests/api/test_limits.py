"""Limits of a request: each has a setting, and a problem that says what it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.urls import path
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

import sql
from patients.models import Patient
from project.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.api.asserting import JSON, V1, assert_parameter_refused, assert_problem
from tests.conftest import Member

__all__ = ["handler400", "handler403", "handler404", "handler500"]

ROOT = Path(__file__).resolve().parents[2]
PATIENTS = V1 + "patients/"


class Cancelled(APIView):
    """Runs a statement that ends as statement_timeout ends one; the embedded server knows no timeout."""

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE 'canceling statement' USING ERRCODE = 'query_canceled'; END $$")
        return Response()


class Asking(APIView):
    """Asks the database, by Django or by a file of ours."""

    authentication_classes = []
    permission_classes = []

    def get(self, request: Request) -> Response:
        if "file" in request.query_params:
            sql.rows("due_policies", {"now": None})
        return Response({"patients": Patient.objects.count()})


urlpatterns = [*urlpatterns, path("cancelled/", Cancelled.as_view()), path("asking/", Asking.as_view())]


@pytest.fixture
def more_views(settings: Settings) -> None:
    """The product's URLs and those above."""
    settings.ROOT_URLCONF = "tests.api.test_limits"


class TestTime:
    def test_a_statement_that_the_database_cancelled_is_a_timeout(self, admin: Member, more_views: None) -> None:
        assert_problem(admin.api.get("/cancelled/"), 504, "timeout")

    @pytest.mark.parametrize("query", ["", "?file"])
    def test_no_statement_begins_after_the_deadline(
        self, anonymous: APIClient, more_views: None, settings: Settings, query: str
    ) -> None:
        assert anonymous.get("/asking/").status_code == 200
        settings.REQUEST_TIMEOUT_SECONDS = 1e-9

        assert_problem(anonymous.get(f"/asking/{query}"), 504, "timeout")

    @pytest.mark.parametrize(("seconds", "shown"), [("7", "7s"), ("0.25", "250ms"), ("0", "0")])
    def test_the_web_process_tells_the_database_how_long_a_statement_may_run(self, seconds: str, shown: str) -> None:
        program = """
import project.wsgi
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SHOW statement_timeout")
    print(cursor.fetchone()[0])
connection.close_pool()
"""
        environment = {**os.environ, "STATEMENT_TIMEOUT_SECONDS": seconds}

        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

        assert (done.stdout.strip(), done.returncode) == (shown, 0), done.stderr


class TestSize:
    def test_of_a_page_is_a_setting(self, admin: Member, settings: Settings) -> None:
        settings.MAX_PAGE_SIZE = 7

        assert admin.api.get(PATIENTS, {"page_size": 7}).status_code == 200
        assert_parameter_refused(admin.api.get(PATIENTS, {"page_size": 8}), "page_size", "page-too-large")

    @pytest.mark.parametrize("path", ["patients/", "tasks/", "librelinkup/accounts/", "readings/latest/"])
    @pytest.mark.parametrize("size", ["1001", "1000000", "9" * 5000])
    def test_of_a_page_has_a_problem_of_its_own(self, admin: Member, path: str, size: str) -> None:
        response = admin.api.get(V1 + path, {"page_size": size})

        assert_parameter_refused(response, "page_size", "page-too-large")

    def test_of_a_body_is_a_setting(self, admin: Member, settings: Settings) -> None:
        settings.MAX_BODY_BYTES = 10

        assert_problem(admin.api.post(PATIENTS, '{"name": "Eva"}', content_type=JSON), 413, "body-too-large")

    def test_of_an_address_is_a_setting(self, anonymous: APIClient, settings: Settings) -> None:
        settings.MAX_URL_LENGTH = 40

        assert_problem(anonymous.get("/nothing/?" + "a" * 30), 404, "not-found")
        document = assert_problem(anonymous.get("/nothing/?" + "a" * 31), 414, "url-too-long")
        assert "40" in document["detail"]


class TestDepth:
    @pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
    @pytest.mark.parametrize(("depth", "slug"), [(3, "invalid-input"), (4, "body-too-deep"), (5_000, "body-too-deep")])
    def test_of_a_body_is_a_setting(
        self, admin: Member, settings: Settings, opening: str, closing: str, depth: int, slug: str
    ) -> None:
        settings.MAX_JSON_DEPTH = 3
        body = '{"name": ' + opening * (depth - 1) + "1" + closing * (depth - 1) + "}"

        assert_problem(admin.api.post(PATIENTS, body, content_type=JSON), 422, slug)

    def test_of_empty_containers_counts_too(self, admin: Member, settings: Settings) -> None:
        settings.MAX_JSON_DEPTH = 1

        assert_problem(admin.api.post(PATIENTS, '{"name": []}', content_type=JSON), 422, "body-too-deep")

    @pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000], ids=["list", "object"])
    @pytest.mark.parametrize("method", ["post to the list", "patch", "post readings"])
    def test_is_told_of_a_body_that_never_closes(self, admin: Member, patient: Patient, body: str, method: str) -> None:
        admin.api.raise_request_exception = False
        address = f"{PATIENTS}{patient.id}/"
        send, to = {
            "post to the list": (admin.api.post, PATIENTS),
            "patch": (admin.api.patch, address),
            "post readings": (admin.api.post, address + "readings/"),
        }[method]

        assert_problem(send(to, body, content_type=JSON), 422, "body-too-deep")
