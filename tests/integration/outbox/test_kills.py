"""Killed by SIGKILL between any two lines, nothing is lost, and nothing doubled at a receiver that honours the key.

``KILL_AT_EVERY=1`` tries each line, which takes minutes; without it one of so many is tried.
"""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Clinic, Webhook
from accounts.webhook_signing import new_secret
from tests.integration.live.listening import database_url
from tests.integration.outbox.receiver import receiving
from work.models import OutboxEntry

MOST_LINES = 1_500
EVERY = int(os.environ.get("KILL_AT_EVERY", "6"))


@pytest.mark.timeout(600)
def test_a_process_that_dies_at_any_line_neither_loses_nor_doubles(transactional_db: None, clinic: Clinic) -> None:
    with receiving() as receiver:
        webhook = Webhook.objects.create(
            clinic=clinic,
            url=receiver.url,
            events=["alert.opened", "alert.closed"],
            secret=new_secret(),
            created_at=datetime.now(UTC),
        )
        lines = killed_at_each_line(clinic)
        requests = Counter(headers["webhook-id"] for headers, _ in receiver.requests)

    committed = sorted(Clinic.objects.filter(name__startswith="step ").values_list("name", flat=True))
    expected = [f"{name.replace(' ', ':')}:{what}:{webhook.id}" for name in committed for what in ("opened", "closed")]
    assert lines > 100
    assert 0 < len(committed) <= lines
    # Neither lost nor doubled: all of what was committed, once, and nothing of what was not.
    assert sorted(receiver.done) == sorted(expected)
    # In order: what was opened is told before it is closed.
    places = {key: place for place, key in enumerate(receiver.done)}
    assert all(places[opened] < places[closed] for opened, closed in zip(expected[::2], expected[1::2], strict=True))
    # The kills did something: some were sent twice, under the same key.
    assert max(requests.values()) == 2
    assert set(OutboxEntry.objects.values_list("state", flat=True)) == {OutboxEntry.State.DELIVERED}


def killed_at_each_line(clinic: Clinic) -> int:
    """How many lines there are, each of which a process died at."""
    command: list[Any] = [
        sys.executable,
        "-m",
        "tests.integration.outbox.mortal",
        str(clinic.id),
        str(EVERY),
        str(MOST_LINES),
    ]
    given = {**os.environ, "DATABASE_URL": database_url(), "WEBHOOKS_ANYWHERE": "true", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=580)
    assert done.returncode == 0, done.stderr[-3000:]
    return int(done.stdout)
