"""Text as it is stored: ``<key id>:<Fernet token>``, by keys that can be rotated and bound to the column it stands in.

The first of FIELD_ENCRYPTION_KEYS seals, all open. The id, which is not secret, says which: what is not under the first
key is found without opening anything. What was stored before there were ids is opened by whichever key fits.
"""

import base64
import re
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SEALED: Final = re.compile(r"([0-9a-f]{8}):(gAAAAA.+)")
# Fernet's version byte and the zeros of its time, in base64.
WITHOUT_ID: Final = "gAAAAA"


def first_key_id() -> str:
    """The id of the key that seals."""
    return key_id(settings.FIELD_ENCRYPTION_KEYS[0])


def key_id(key: str) -> str:
    """What stands before the tokens of a key: 32 bits of its SHA-256."""
    return sha256(base64.urlsafe_b64decode(key)).hexdigest()[:8]


def seal(place: str, text: str) -> str:
    """The text, sealed for a place such as ``patients.patient.name``: only there can it be opened."""
    made_by = first_key_id()
    token = _ciphers(tuple(settings.FIELD_ENCRYPTION_KEYS), place)[made_by].encrypt(text.encode())
    return f"{made_by}:{token.decode('ascii')}"


def unseal(place: str, sealed: str) -> str:
    """The text; ``cryptography.fernet.InvalidToken`` where no key of ours sealed it for this place."""
    keys = tuple(settings.FIELD_ENCRYPTION_KEYS)
    if found := SEALED.fullmatch(sealed):
        cipher = _ciphers(keys, place).get(found[1])
        if cipher is None:
            raise InvalidToken
        return cipher.decrypt(found[2]).decode()
    return _unbound(keys).decrypt(sealed.encode()).decode()


def is_sealed(text: str) -> bool:
    """Whether a stored text is ciphertext, with an id or from before there were any."""
    return text.startswith(WITHOUT_ID) or SEALED.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _ciphers(keys: tuple[str, ...], place: str) -> dict[str, Fernet]:
    """By key id, the cipher of a place: its key is derived, so that ciphertext moved elsewhere is no token there."""
    return {key_id(key): Fernet(base64.urlsafe_b64encode(_derived(key, place))) for key in keys}


def _derived(key: str, place: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"saude field {place}".encode())
    return derivation.derive(base64.urlsafe_b64decode(key))


@lru_cache(maxsize=4)
def _unbound(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
