"""Text that is encrypted at rest, by Fernet keys that can be rotated: the first key encrypts, all decrypt."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.signing import JSONSerializer
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """A Fernet token of the text."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text of a token; ``cryptography.fernet.InvalidToken`` where no key of ours made it."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(token.encode("ascii")).decode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text column that holds ciphertext; Python sees plain text. It cannot be searched or sorted by."""

    def get_prep_value(self, value: Any) -> Any:
        """Ciphertext for the database; an empty text stays empty."""
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        """Plain text from the database."""
        return decrypt(value) if value else value


class EncryptedJSONSerializer:
    """How sessions are stored: while a second factor is set up, its secret is one of their values."""

    def dumps(self, value: Any) -> bytes:
        """A Fernet token of the JSON."""
        return encrypt(JSONSerializer().dumps(value).decode("latin-1")).encode("ascii")

    def loads(self, data: bytes) -> Any:
        """The value; ``cryptography.fernet.InvalidToken`` where no key of ours made it."""
        return JSONSerializer().loads(decrypt(data.decode("ascii")).encode("latin-1"))
