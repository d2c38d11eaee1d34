"""Signatures of webhooks as in the Standard Webhooks specification (symmetric, v1). Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret as receivers' libraries take it: 256 random bits in base64 behind ``whsec_``."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signatures(keys: Iterable[str], *, sent_by: str, at: int, body: bytes) -> str:
    """The value of ``webhook-signature``: one for each secret, so that a receiver with either of two accepts it."""
    signed = b".".join([sent_by.encode(), str(at).encode(), body])
    return " ".join("v1," + base64.b64encode(hmac.digest(_raw(key), signed, "sha256")).decode() for key in keys)


def _raw(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
