"""Where a patient's points come from, as the admin API and the journal write it."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from simulator.fields import Fields, InvalidError
from simulator.instants import parse_ms, rfc3339
from simulator.truth.profiles import PROFILES
from simulator.truth.replay import SUBJECTS

MAX_SEED = 2**53


@dataclass(frozen=True)
class Empty:
    """No points but the injected ones."""


@dataclass(frozen=True)
class Replay:
    """A real subject's days, over and over."""

    subject: str


@dataclass(frozen=True)
class Generator:
    """Made-up days of one profile; ``anchor_ms`` is when the profile's change is seen."""

    profile: str
    seed: int
    anchor_ms: int


Trace = Empty | Replay | Generator


def trace_from_body(body: object, *, patient_id: str, now_ms: int) -> Trace:
    """Read the ``trace`` field; absent is empty. Raises ``InvalidError``."""
    if body is None:
        return Empty()
    fields = Fields(body)
    kind = fields.choice("kind", ("empty", "replay", "generator"))
    if kind == "empty":
        return Empty()
    if kind == "replay":
        return Replay(fields.choice("subject", SUBJECTS))
    anchor_ms = fields.optional_instant("anchor")
    return Generator(
        profile=fields.choice("profile", tuple(PROFILES)),
        seed=fields.integer("seed", low=0, high=MAX_SEED, default=_seed_of(patient_id)),
        anchor_ms=now_ms if anchor_ms is None else anchor_ms,
    )


def trace_record(trace: Trace) -> dict[str, Any]:
    """The trace as JSON, as it can be sent to create another patient alike."""
    record: dict[str, Any] = {"kind": type(trace).__name__.lower(), **asdict(trace)}
    if isinstance(trace, Generator):
        record["anchor"] = rfc3339(record.pop("anchor_ms"))
    return record


def trace_from_record(record: dict[str, Any]) -> Trace:
    """The trace that ``trace_record`` was made of."""
    match record["kind"]:
        case "empty":
            return Empty()
        case "replay":
            return Replay(record["subject"])
        case "generator":
            return Generator(record["profile"], record["seed"], parse_ms(record["anchor"]))
    raise InvalidError(f"kind: unknown trace {record['kind']!r}")


def _seed_of(patient_id: str) -> int:
    return int.from_bytes(hashlib.sha256(patient_id.encode()).digest()[:4], "big")
