"""Dexcom accounts: the people who wear a sensor and share it."""

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from simulator.fields import Fields, InvalidError
from simulator.instants import zone

REGIONS = ("us", "ous", "jp")
# How the vendor has written trends and dates: as words since the end of 2021, as numbers and in slashes before.
FORMATS = ("words", "numbers")


@dataclass(frozen=True)
class Account:
    """One account, which is one person."""

    username: str
    password_digest: str
    region: str
    timezone: str
    format: str

    @property
    def id(self) -> str:
        """The vendor's account id, always the same for one name."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"dexcom:{self.username}"))

    def has_password(self, password: str) -> bool:
        """Whether this is the account's password."""
        return hmac.compare_digest(self.password_digest, digest(self.username, password))

    def public(self) -> dict[str, Any]:
        """What the admin API shows; never the password."""
        shown = ("username", "region", "timezone", "format", "id")
        return {name: getattr(self, name) for name in shown}


def digest(username: str, password: str) -> str:
    """A password is kept as this only."""
    return hashlib.sha256(f"{username}\n{password}".encode()).hexdigest()


def account_from_body(body: object) -> Account:
    """Read the body that creates an account; raises ``InvalidError``."""
    fields = Fields(body)
    username = fields.text("username").strip()
    return Account(
        username=username,
        password_digest=digest(username, fields.text("password")),
        region=fields.choice("region", REGIONS, "us"),
        timezone=_timezone(fields.text("timezone", "UTC")),
        format=fields.choice("format", FORMATS, "words"),
    )


def _timezone(name: str) -> str:
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidError("timezone: expected a name such as Europe/Lisbon") from error
    return name
