"""Bearer tokens: for data, and short ones for taking a step."""

import hashlib
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from simulator.instants import DAY_MS, HOUR_MS, SECOND_MS

DATA_TOKEN_MS = 180 * DAY_MS
STEP_TOKEN_MS = HOUR_MS
KEPT_PER_ACCOUNT = 20


@dataclass(frozen=True)
class Grant:
    """What a token allows, known by the token's digest only."""

    digest: str
    account: str
    expires_ms: int
    is_for_step: bool

    def record(self) -> dict[str, Any]:
        """What the journal keeps."""
        return asdict(self)


@dataclass(frozen=True)
class Ticket:
    """A token as the vendor hands it out; ``expires`` in epoch seconds, ``duration`` in milliseconds."""

    token: str
    expires: int
    duration: int

    def body(self) -> dict[str, Any]:
        """The ticket as JSON."""
        return asdict(self)


def new_token(account: str, *, is_for_step: bool, now_ms: int) -> tuple[Ticket, Grant]:
    """Make a token for an account: the ticket to hand out and the grant to remember."""
    token = secrets.token_urlsafe(48)
    duration_ms = STEP_TOKEN_MS if is_for_step else DATA_TOKEN_MS
    expires_ms = now_ms + duration_ms
    grant = Grant(digest(token), account, expires_ms, is_for_step)
    return Ticket(token, expires_ms // SECOND_MS, duration_ms), grant


def digest(token: str) -> str:
    """A token is kept as this only."""
    return hashlib.sha256(token.encode()).hexdigest()


class Grants:
    """The tokens that were handed out; of each account the newest twenty."""

    def __init__(self) -> None:
        self._by_digest: dict[str, Grant] = {}
        self._of_account: dict[str, list[str]] = {}

    def add(self, grant: Grant) -> None:
        """Remember a grant and forget the account's oldest ones."""
        self._by_digest[grant.digest] = grant
        kept = self._of_account.setdefault(grant.account, [])
        kept.append(grant.digest)
        while len(kept) > KEPT_PER_ACCOUNT:
            self._by_digest.pop(kept.pop(0), None)

    def revoke(self, token_digest: str) -> None:
        """Make a token unknown."""
        grant = self._by_digest.pop(token_digest, None)
        if grant is not None:
            self._of_account[grant.account].remove(token_digest)

    def expire_all(self, account: str) -> None:
        """End every token of an account; whose they were stays known."""
        for token_digest in self._of_account.get(account, ()):
            self._by_digest[token_digest] = replace(self._by_digest[token_digest], expires_ms=0)

    def find(self, token: str) -> Grant | None:
        """The grant of a token, expired or not; None when unknown."""
        return self._by_digest.get(digest(token))
