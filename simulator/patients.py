"""The patients whom accounts follow."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from simulator.accounts import normalised
from simulator.fields import Fields, InvalidError
from simulator.instants import SECOND_MS, parse_ms, rfc3339, zone
from simulator.traces import Trace, trace_from_body, trace_from_record, trace_record

UNITS = ("mg/dL", "mmol/L")
CADENCES_MINUTES = (1, 5, 15)


@dataclass(frozen=True)
class Patient:
    """One patient; ``since_ms`` is the instant before which nothing was measured."""

    id: str
    account: str
    first_name: str
    last_name: str
    timezone: str
    unit: str
    cadence_minutes: int
    trace: Trace
    since_ms: int | None
    created_ms: int

    @property
    def hash(self) -> int:
        """A large number that is this patient's own, the same in every process."""
        return int.from_bytes(hashlib.sha256(self.id.encode()).digest()[:8], "big")

    @property
    def phase_ms(self) -> int:
        """How far the patient's grid is off the round minute; whole seconds, below one cadence."""
        return self.hash % (self.cadence_minutes * 60) * SECOND_MS

    def public(self) -> dict[str, Any]:
        """What the admin API shows."""
        return {
            "id": self.id,
            "account": self.account,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "timezone": self.timezone,
            "unit": self.unit,
            "cadence_minutes": self.cadence_minutes,
            "trace": trace_record(self.trace),
            "since": None if self.since_ms is None else rfc3339(self.since_ms),
        }

    def record(self) -> dict[str, Any]:
        """What the journal keeps."""
        return {**self.public(), "created_ms": self.created_ms}


def patient_from_body(body: object, *, now_ms: int) -> Patient:
    """Read the body that creates a patient; raises ``InvalidError``."""
    fields = Fields(body)
    patient_id = _id(fields.raw("id"))
    cadence_minutes = fields.integer("cadence_minutes", low=1, high=15, default=5)
    if cadence_minutes not in CADENCES_MINUTES:
        raise InvalidError("cadence_minutes: expected 1, 5 or 15")
    return Patient(
        id=patient_id,
        account=normalised(fields.text("account")),
        first_name=fields.text("first_name"),
        last_name=fields.text("last_name"),
        timezone=_timezone(fields.text("timezone", "UTC")),
        unit=fields.choice("unit", UNITS, "mg/dL"),
        cadence_minutes=cadence_minutes,
        trace=trace_from_body(fields.raw("trace"), patient_id=patient_id, now_ms=now_ms),
        since_ms=fields.optional_instant("since"),
        created_ms=now_ms,
    )


def patient_from_record(record: dict[str, Any]) -> Patient:
    """The patient that ``record`` was made of."""
    fields = dict(record)
    since = fields.pop("since")
    fields["trace"] = trace_from_record(fields["trace"])
    return Patient(**fields, since_ms=None if since is None else parse_ms(since))


def _id(value: object) -> str:
    if value is None:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError as error:
        raise InvalidError("id: expected a UUID") from error


def _timezone(name: str) -> str:
    try:
        zone(name)
    except (ValueError, OSError, LookupError) as error:
        raise InvalidError(f"timezone: unknown zone {name!r}") from error
    return name
