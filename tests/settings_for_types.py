"""The settings as mypy's Django plugin needs them: no server is asked, and the secrets are none."""

import os

os.environ.setdefault("SECRET_KEY", "only for the type checker")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "none")
os.environ.setdefault("BLIND_INDEX_KEYS", "none")
os.environ.setdefault("DATABASE_URL", "postgres://localhost/none")
os.environ.setdefault("REDIS_URL", "redis://localhost/0")

from project.settings import *  # noqa: F403
