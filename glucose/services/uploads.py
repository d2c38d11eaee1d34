"""Storing what a client sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.callers import Caller
from accounts.roles import Act
from glucose.local_time import Ints, offsets_through_moves
from glucose.services.ingest import store
from glucose.uploads import parse_upload
from patients.selectors import time_zones, visible_patient


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload."""

    received: int
    stored: int
    duplicates: int
    rejected: list[tuple[int, str]]


def store_upload(caller: Caller, patient_id: UUID, body: Any, *, now: datetime) -> Receipt:
    """Store the readings of a body in one transaction; single bad values are rejected by index."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_READINGS)
    moves = [(row.since, row.timezone) for row in time_zones(patient.id)]

    def offsets_of(times: Ints) -> Ints:
        return offsets_through_moves(times, moves)

    upload = parse_upload(body, patient.id, offsets_of)
    with transaction.atomic():
        ingested = store(upload.samples, now=now)
    refused = [(upload.index[position], reason) for position, reason in ingested.refused()]
    rejected = sorted([*upload.rejected, *refused])
    return Receipt(ingested.received + len(upload.rejected), ingested.stored, ingested.duplicates, rejected)
