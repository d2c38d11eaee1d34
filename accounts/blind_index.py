"""Blind indexes: keyed hashes beside an encrypted column, by which whole words and whole values are found.

The first of BLIND_INDEX_KEYS writes; a search tries all. A hash depends on the field and on what the search is
``within`` (a clinic): the same name has another hash elsewhere.
"""

import hmac
import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words, each once: without case, accents and punctuation, so that "jose" is a word of "José"."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return sorted(set(WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))))


class HashField(models.Field):  # type: ignore[type-arg]
    """What the hashes of another field of the same row share; they are written when the row is saved,
    not by ``update()``.

    ``of`` names that field, ``within`` the attribute that bounds a search, if any does.
    """

    def __init__(self, *args: Any, of: str, within: str = "", **kwargs: Any) -> None:
        self.of, self.within = of, within
        super().__init__(*args, **kwargs | {"editable": False})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """With what is indexed."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, kwargs | {"of": self.of, "within": self.within}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The hashes of the row as it is now, by the key that writes."""
        value = self.of_row(model_instance)
        setattr(model_instance, self.attname, value)
        return value

    def of_row(self, row: models.Model) -> Any:
        """The hashes that belong to the row."""
        within = getattr(row, self.within) if self.within else ""
        return self.hashed(settings.BLIND_INDEX_KEYS[0], getattr(row, self.of) or "", within)

    def hashed(self, key: str, text: str, within: Any) -> Any:
        """What the column holds for a text."""
        raise NotImplementedError

    def _digest(self, key: str, text: str, within: Any) -> bytes:
        derived = _derived(key, f"{self.model._meta.label_lower}.{self.name}")
        return hmac.digest(derived, f"{within}\x00{text}".encode(), "sha256")


class WordsField(HashField):
    """A hash of 64 bits for each word of a text; all words of a search must be among them."""

    def db_type(self, connection: Any) -> str:
        """An array, for a GIN index."""
        return "bigint[]"

    def hashed(self, key: str, text: str, within: Any) -> list[int]:
        """One for each word, in their own order, which tells nothing of the words'."""
        digests = (self._digest(key, word, within)[:8] for word in words_of(text))
        return sorted(int.from_bytes(digest, signed=True) for digest in digests)


class ValueField(HashField):
    """A hash of 128 bits of a whole text, for equality and uniqueness; None for none.

    ``folded`` makes upper and lower case the same, as in an e-mail address.
    """

    def __init__(self, *args: Any, folded: bool = False, **kwargs: Any) -> None:
        self.folded = folded
        super().__init__(*args, **kwargs | {"null": True})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """With what is the same."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"]
        return name, path, args, kwargs | {"folded": self.folded}

    def get_internal_type(self) -> str:
        """Its hexadecimal digits."""
        return "TextField"

    def hashed(self, key: str, text: str, within: Any) -> str | None:
        """None for an empty text."""
        return self._digest(key, text.casefold() if self.folded else text, within)[:16].hex() if text else None

    def hashes(self, text: str, within: Any = "") -> list[str]:
        """What to search for: one by each key, none for an empty text."""
        found = (self.hashed(key, text, within) for key in settings.BLIND_INDEX_KEYS)
        return [one for one in found if one is not None]


@lru_cache(maxsize=64)
def _derived(key: str, place: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"saude blind index {place}".encode())
    return derivation.derive(key.encode())
