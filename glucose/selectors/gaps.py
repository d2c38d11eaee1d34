"""Reading the gap ledger, and what is missing beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np

import sql
from accounts.callers import Caller
from accounts.roles import Act
from glucose import binary_arrays as wire
from glucose.account_states import AccountState
from glucose.coverage import NOTHING, REACH_SECONDS, Ranges, both, missing
from glucose.gap_ledger import GRAPH_LAG, Cause, Gap, GapState
from glucose.models import Gap as GapRow
from glucose.models import GapLedger, LatestReading, Sensor, VendorPatient
from glucose.sync_truth import Silence
from glucose.wear import Worn, expected
from patients.models import Patient
from patients.selectors import visible_patient

# A vendor that was asked so lately and had nothing is not the reason.
ASKED_LATELY: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A silence that lasts: since when, and why as far as it is known."""

    start: datetime
    cause: Cause


def gap_page(
    caller: Caller,
    patient_id: UUID,
    *,
    state: GapState | None,
    before: datetime | None = None,
    after: datetime | None = None,
    limit: int,
) -> list[GapRow]:
    """The ledger's rows, newest first before a start; oldest first after one."""
    rows = GapRow.objects.filter(patient=visible_patient(caller, patient_id))
    caller.require(Act.READ_READINGS)
    if state is not None:
        rows = rows.filter(state=state.value)
    if after is not None:
        return list(rows.filter(start__gt=after).order_by("start")[:limit])
    if before is not None:
        rows = rows.filter(start__lt=before)
    return list(rows.order_by("-start")[:limit])


def ongoing_gap(caller: Caller, patient_id: UUID, now: datetime) -> Ongoing | None:
    """The silence since the newest reading, where readings are expected and none came for 20 minutes."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_READINGS)
    if not GapLedger.objects.filter(patient=patient).exists():
        return None
    silence = silence_of(patient, now)
    # Who wears no sensor any more is not missed, whatever was missing before it ended.
    if not len(silence.ranges) or silence.ranges[-1, 1] < int((now - GRAPH_LAG).timestamp()):
        return None
    return Ongoing(datetime.fromtimestamp(int(silence.ranges[0, 0]), UTC), silence.cause)


def silence_of(patient: Patient, now: datetime) -> Silence:
    """What is missing after the newest reading; what is younger than the vendor's lag may be on its way."""
    latest = LatestReading.objects.filter(patient=patient).first()
    end = int((now - GRAPH_LAG).timestamp())
    start = int(latest.time.timestamp()) if latest else end
    newest = np.array([start], dtype=np.int64), np.array([5], dtype=np.int64)
    quiet = missing(*newest, start, end) if start < end else NOTHING
    return Silence(both(quiet, expected_of(patient.id, start, end)), _cause_now(patient, now), int(now.timestamp()))


def missing_of(patient_id: UUID, start: int, end: int) -> Ranges:
    """The parts of a window (seconds since 1970) without a reading, whether any is expected or not."""
    # A reading outside of it covers what it reaches of it.
    first, last = start - REACH_SECONDS, end + REACH_SECONDS
    bounds = {"start": datetime.fromtimestamp(first, UTC), "end": datetime.fromtimestamp(last, UTC)}
    times, cadences = sql.row("reading_times", {"patient": patient_id, **bounds})
    return missing(wire.instant_values(times), wire.int2_values(cadences).astype(np.int64), start, end)


def expected_of(patient_id: UUID, start: int, end: int) -> Ranges:
    """The parts of a window in which readings are expected, by the patient's sensors."""
    sensors = Sensor.objects.filter(patient_id=patient_id).values_list("activated_at", "ended_at")
    return expected([Worn(*sensor) for sensor in sensors], start, end)


def gap_of(row: GapRow) -> Gap:
    """A row as the rules see it."""
    return Gap(
        start=int(row.start.timestamp()),
        end=int(row.end.timestamp()),
        noticed_at=row.noticed_at,
        state=GapState(row.state),
        cause=Cause(row.cause),
        closed_at=row.closed_at,
        tries=row.tries,
        next_try_at=row.next_try_at,
    )


def _cause_now(patient: Patient, now: datetime) -> Cause:
    """Why nothing comes at present, by how the account stands that they are synced from."""
    person = VendorPatient.objects.filter(patient=patient).select_related("account").first()
    if person is None:
        return Cause.UNKNOWN
    account = person.account
    if account.state != AccountState.ACTIVE or person.problem:
        return Cause.ACCOUNT
    asked = account.last_success_at is not None and now - account.last_success_at < ASKED_LATELY
    return Cause.PHONE if asked else Cause.SYNC
