"""`/health/` of a process whose database does not answer, which a test inside of a transaction cannot see."""

import json
import os
import subprocess
import sys

import pytest

from embedded.ports import free_ports

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
answer = Client(raise_request_exception=False).get(sys.argv[1], HTTP_HOST="localhost")
print(json.dumps([answer.status_code, answer.json()]))
"""


def asked(path: str) -> tuple[int, dict[str, str]]:
    """Status and JSON, by a process with a database where nobody listens."""
    [port] = free_ports(1)
    nowhere = {
        "DATABASE_URL": f"postgres://saude:s3cret@127.0.0.1:{port}/postgres",
        "DATABASE_POOL_TIMEOUT_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, path], env={**os.environ, **nowhere}, stdout=subprocess.PIPE, text=True, timeout=60
    )
    status, answer = json.loads(done.stdout)
    return status, answer


@pytest.mark.parametrize("path", ["/health/", "/health/ready/"])
def test_it_names_the_database(path: str) -> None:
    status, answer = asked(path)

    assert status == 503
    assert (answer["django"], answer["redis"]) == ("ok", "ok")
    assert answer["timescaledb"].startswith("does not answer")


def test_the_process_lives_all_the_same() -> None:
    assert asked("/health/live/") == (200, {"django": "ok"})
