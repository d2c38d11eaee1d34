"""What a span says of a statement, and what a process does that has nobody to tell."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from project import tracing
from project.spans_outside import _shown

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import django, sys
django.setup()
import project.request_lines, project.workers
# redis imports a part of OpenTelemetry by itself, where it is installed.
print([name for name in ("opentelemetry.exporter", "project.spans", "sentry_sdk") if name in sys.modules])
"""


def test_a_statement_is_shown_without_comments_and_constants() -> None:
    text = "-- Of Ana.\nSELECT 'Ana''s', 377, $1, %s, %(name)s FROM t2 WHERE x = 5.5"

    assert _shown(text.encode()) == "SELECT ?, ?, $1, %s, %(name)s FROM t2 WHERE x = ?"


def test_nothing_is_imported_and_stands_around_nothing_where_nobody_is_to_be_told() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
    assert not [path for path in (*settings.MIDDLEWARE, *settings.MESSAGE_MIDDLEWARE) if "spans" in path]
    assert tracing.current_trace_id() == ""


def test_headers_for_the_collector_are_pairs() -> None:
    assert tracing._pairs("Authorization=Basic%20abc%3D,x-tenant = clinic") == {
        "authorization": "Basic abc=",
        "x-tenant": "clinic",
    }
