"""The product beside the rehearsal: its roles, its database, its writing."""

import copy
import json
import os
import secrets
import subprocess
import sys
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from tests.backup_rehearsal.cluster import Cluster, StaysSilent
from tests.security.server import ROLES, ROOT, _make_roles, _url


class Product:
    """Writes as the database's owner; its keys are kept elsewhere than the backups."""

    def __init__(self, cluster: Cluster, field_key: str) -> None:
        passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
        self._plain = [] if cluster.timescale else ["--plain"]
        # TimescaleDB is in each database that is made from it.
        with psycopg.connect(cluster.url.replace("/saude", "/template1"), autocommit=True) as connection:
            if cluster.timescale:
                connection.execute("CREATE EXTENSION timescaledb")
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            (version,) = connection.execute("SHOW server_version").fetchone() or ("",)
            extension = "plain tables in place of TimescaleDB's"
            if cluster.timescale:
                connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
                found = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'")
                (number,) = found.fetchone() or ("",)
                extension = f"TimescaleDB {number}"
        self.about = f"PostgreSQL {version}, {extension}"
        _make_roles(cluster.url, passwords)
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BLIND_INDEX_KEYS": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": field_key,
            "DATABASE_URL": _url(cluster.url, "saude", "saude_owner", passwords["owner"]),
            "REDIS_URL": "redis://127.0.0.1:1",
            "LOG_LEVEL": "CRITICAL",
        }

    def elsewhere(self, database: str) -> "Product":
        """Another installation, with keys of its own, on the same server."""
        other = copy.copy(self)
        other._environment = self._environment | {
            "DATABASE_URL": self._environment["DATABASE_URL"].rpartition("/")[0] + f"/{database}",
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "BLIND_INDEX_KEYS": secrets.token_urlsafe(48),
        }
        return other

    def manage(self, *arguments: str) -> str:
        """What ``manage.py`` prints."""
        command = [sys.executable, "manage.py", *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        done = subprocess.run(command, cwd=ROOT, env=self._environment, check=False, **pipes)
        if done.returncode:
            raise StaysSilent(f"{arguments}: {done.stdout[-2000:]}")
        return str(done.stdout)

    def do(self, *arguments: str, **more: str) -> Any:
        """A step of tests/backup_rehearsal/writing.py in a process of its own; what it prints."""
        command = [sys.executable, "-m", "tests.backup_rehearsal.writing", *arguments, *self._plain]
        environment = {**self._environment, **more}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)
