"""Who asks, told to the database: a signed token for one transaction, checked by ``sql/security/identity.sql``.

The database refuses what that user may not see, whatever statement comes. The key is derived from SECRET_KEY; the
database keeps it in a table that only its owner reads, so that a database password alone names nobody.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

import sql

ROLE: Final = "saude_app"
BLOCK: Final = 64  # bytes, of SHA-256
# From the signature to the last statement of the transaction: more than a request may take.
VALID_SECONDS: Final = 300


def key() -> bytes:
    """The signing key, 32 bytes."""
    return salted_hmac("accounts.identity", b"", secret=settings.SECRET_KEY, algorithm="sha256").digest()


def key_id(key: bytes) -> str:
    """What names a key without telling it."""
    return hashlib.sha256(key).hexdigest()[:16]


def padded(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer block of HMAC (RFC 2104) for a key of up to a block."""
    block = key.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def name_actor(user_id: UUID) -> None:
    """Let the rest of the transaction be the user's, with the rights of the application and no more."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an identity needs a transaction")
    backend = _backend()
    named = token(user_id, pid=backend.pid, expires=backend.now() + VALID_SECONDS)
    sql.row("name_actor", {"token": named, "role": ROLE}, prepare=True)


@contextmanager
def acting(user_id: UUID) -> Iterator[None]:
    """A transaction of the user's. Inside of another one, that one's identity is back afterwards."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        # A rollback puts it back by itself.
        before = sql.row("named_actor") if nested else None
        name_actor(user_id)
        yield
        if before is not None:
            sql.row("name_actor", {"token": before[0], "role": before[1]})


def token(user_id: UUID, *, pid: int, expires: int) -> str:
    """The user's name for one session of the database, up to an instant of its clock (epoch seconds)."""
    signing_key = key()
    text = f"{key_id(signing_key)}.{user_id}.{pid}.{expires}"
    return f"{text}.{hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _Backend:
    """The server's process of a connection, and how its clock stands to ours, which may be off."""

    pid: int
    epoch_less_monotonic: float

    def now(self) -> int:
        """The server's clock, epoch seconds."""
        return int(time.monotonic() + self.epoch_less_monotonic)


_backends: WeakKeyDictionary[Any, _Backend] = WeakKeyDictionary()


def limit_statements(seconds: float) -> None:
    """How long each statement may take in the transactions of those who are named, where PgBouncer stands between."""
    _limits["statement_timeout"] = f"{seconds * 1000:.0f}"


_limits: dict[str, str] = {}


def _backend() -> _Backend:
    connection.ensure_connection()
    if settings.DATABASE_BEHIND_PGBOUNCER:
        pid, epoch, _ = sql.row("pooled_backend", {"limit": _limits.get("statement_timeout")})
        return _Backend(pid, epoch - time.monotonic())
    known = _backends.get(connection.connection)
    if known is None:
        pid, epoch = sql.row("backend")
        known = _backends[connection.connection] = _Backend(pid, epoch - time.monotonic())
    return known
