"""What makes a secret one that can be guessed. No answer holds any part of the secret."""

from itertools import pairwise
from typing import Final

LOCAL: Final = {"", "localhost", "127.0.0.1", "::1"}
SHORTEST_PASSWORD: Final = 12
# Random text of 32 bytes has more different characters than this, written as hex too.
FEWEST_CHARACTERS: Final = 8
# What stands in examples. A random secret of 64 letters holds the shortest of them once in a hundred million.
KNOWN_WORDS: Final = (
    "change-me", "change_me", "changeme", "changethis", "django-insecure", "example", "insecure", "my-secret",
    "password", "placeholder", "replace-me", "replaceme", "secret-key", "secret_key", "secretkey", "your-secret",
)  # fmt: skip


def key(secret: str) -> str | None:
    """Why a key is no random one, or None."""
    if len(set(secret)) < FEWEST_CHARACTERS or secret in (secret + secret)[1:-1]:
        return "repeats itself: it is not random"
    # A counter, a keyboard row, the alphabet.
    steps = {ord(after) - ord(before) for before, after in pairwise(secret)}
    if len(steps) <= 2:
        return "is a sequence: it is not random"
    return _known(secret)


def password(secret: str, *, user: str = "", host: str | None = None) -> str | None:
    """Why the password of a server is weak, or None; on this machine, or by a socket, there may be none."""
    if host is None or host in LOCAL or host.startswith("/"):
        return None
    if not secret:
        return "is empty"
    if user and secret.casefold() == user.casefold():
        return "is the user's name"
    if len(secret) < SHORTEST_PASSWORD or len(set(secret)) < FEWEST_CHARACTERS // 2:
        return f"is weak: fewer than {SHORTEST_PASSWORD} characters, or always the same ones"
    return _known(secret)


def _known(secret: str) -> str | None:
    plain = secret.casefold()
    return "is one of an example" if any(word in plain for word in KNOWN_WORDS) else None
