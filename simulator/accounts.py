"""LibreLinkUp accounts: the people who follow patients."""

import hashlib
import hmac
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from simulator.fields import Fields, InvalidError
from simulator.regions import REGIONS

STEPS = ("tou", "pp", "verifyEmail")


@dataclass(frozen=True)
class Account:
    """One account; ``steps`` are those its holder has yet to take before a login is complete."""

    email: str
    password_digest: str
    region: str
    country: str
    steps: tuple[str, ...]
    created_ms: int

    @property
    def id(self) -> str:
        """The vendor's user id, always the same for one address."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{self.email}"))

    @property
    def id_digest(self) -> str:
        """What the account-id header has to carry."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    def has_password(self, password: str) -> bool:
        """Whether this is the account's password."""
        return hmac.compare_digest(self.password_digest, digest(self.email, password))

    def without_step(self, step: str) -> "Account":
        """The account after its holder took a step."""
        return replace(self, steps=tuple(s for s in self.steps if s != step))

    def record(self) -> dict[str, Any]:
        """What the journal keeps."""
        return asdict(self)

    def public(self, patient_ids: list[str]) -> dict[str, Any]:
        """What the admin API shows; never the password."""
        return {
            "email": self.email,
            "region": self.region,
            "patients": patient_ids,
            "id": self.id,
            "country": self.country,
            "steps": list(self.steps),
        }


def digest(email: str, password: str) -> str:
    """A password is kept as this only."""
    return hashlib.sha256(f"{email}\n{password}".encode()).hexdigest()


def normalised(email: str) -> str:
    """Addresses differ neither by case nor by surrounding blanks."""
    return email.strip().lower()


def account_from_body(body: object, *, now_ms: int) -> Account:
    """Read the body that creates an account; raises ``InvalidError``."""
    fields = Fields(body)
    email = normalised(fields.text("email"))
    if "@" not in email:
        raise InvalidError("email: expected an address")
    return Account(
        email=email,
        password_digest=digest(email, fields.text("password")),
        region=fields.choice("region", REGIONS),
        country=fields.text("country", "GB"),
        steps=_steps(fields.raw("steps")),
        created_ms=now_ms,
    )


def account_from_record(record: dict[str, Any]) -> Account:
    """The account that ``record`` was made of."""
    return Account(**{**record, "steps": tuple(record["steps"])})


def _steps(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or any(step not in STEPS for step in value):
        raise InvalidError(f"steps: expected a list of {', '.join(STEPS)}")
    return tuple(dict.fromkeys(value))
