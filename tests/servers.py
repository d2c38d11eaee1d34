"""Pytest plugin: the real servers that the suite runs against, started before Django reads its settings.

TEST_DATABASE_URL names another server to test on: Django makes and drops a database `test_…` there. Whatever
DATABASE_URL and REDIS_URL are set to is ignored, so that a test can never run on live data.
"""

import contextlib
import os
import secrets

import pytest
from cryptography.fernet import Fernet

from embedded.testing import temporary_servers

_running = contextlib.ExitStack()
_servers = _running.enter_context(temporary_servers())

# A name with _FILE would be preferred to what is set below.
for name in [name for name in os.environ if name.endswith("_FILE")]:
    del os.environ[name]

os.environ |= {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "BLIND_INDEX_KEYS": secrets.token_urlsafe(48),
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or _servers.database_url,
    "REDIS_URL": _servers.redis_url,
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "line",
    # Only tests/api/test_throttling.py wants them, and says so.
    "READS_PER_MINUTE": "0",
    "WRITES_PER_MINUTE": "0",
    "LOGIN_FAILURES_PER_ACCOUNT": "0",
    "LOGIN_FAILURES_PER_ADDRESS": "0",
    "LOGIN_FAILURES_PER_ACCOUNT_A_DAY": "0",
    "PASSWORD_RESETS_PER_ACCOUNT": "0",
    "PASSWORD_RESETS_PER_ADDRESS": "0",
    # Nobody listens there: a test that wants a vendor starts its simulator.
    "LIBRELINKUP_GLOBAL_URL": "http://127.0.0.1:9",
    "LIBRELINKUP_REGION_URL": "http://127.0.0.1:9/{region}",
    "LIBRELINKUP_POLL_JITTER_SECONDS": "0",
    "LIBRELINKUP_TIMEOUT_SECONDS": "5",
}


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers after everything that used them."""
    _running.close()
