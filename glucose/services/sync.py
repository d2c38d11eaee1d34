"""One visit to a vendor's account: fetch without a transaction, then store in one."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import F, Max, Min

import sql
from glucose.account_states import AccountState
from glucose.gap_ledger import GRAPH, GRAPH_LAG, GapState
from glucose.models import Gap, SourceAccount, VendorPatient
from glucose.samples import NO_SENSOR, Samples, samples
from glucose.services import gaps
from glucose.services.ingest import AHEAD_SECONDS, Ingested, store
from glucose.services.people import store_people
from glucose.services.sensors import store_sensors
from glucose.services.set_aside import set_aside
from glucose.services.standings import may_be_visited, note_refusal, note_success
from glucose.services.visitors import VisitSkipped, Watch, source_of, visiting
from glucose.sources.port import Clock, Fetched, Measurement, SourceRefused, Unusable, Wanted
from work import leases

log = logging.getLogger(__name__)
# Of somebody who never had a reading: how often their history is asked for all the same.
ASK_NEWCOMERS: Final = timedelta(hours=1)
AHEAD: Final = timedelta(seconds=AHEAD_SECONDS)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought; ``histories`` and ``logbooks`` are how many people's were read."""

    people: int
    received: int
    stored: int
    quarantined: int
    histories: int
    logbooks: int


@dataclass(frozen=True, slots=True)
class Linked:
    """A person of the account who is a patient."""

    patient_id: UUID
    wanted: Wanted
    has_ledger: bool


def sync_account(*, account_id: UUID, holder: str, clock: Clock) -> Visit:
    """Visit the account and store what is new; VisitSkipped where it must not be visited now.

    One visit at a time by a lease; no transaction is open while the vendor is asked. Whatever the vendor
    refuses becomes the account's state and is raised as SourceRefused.
    """
    with visiting(account_id, holder, clock) as (account, watch):
        if not may_be_visited(account, clock()):
            raise VisitSkipped(f"The account is {account.state}: {account.state_detail or 'no visit is made.'}")
        linked = _linked(account, clock())
        fetched = _fetch(account, linked, watch)
        with transaction.atomic():
            leases.assert_held(watch.held)
            visit = _store(account, fetched, linked, clock())
        if fetched.refused is not None:
            raise fetched.refused
        return visit


def _fetch(account: SourceAccount, linked: Mapping[str, Linked], watch: Watch) -> Fetched:
    source = source_of(account, watch)
    try:
        return source.fetch({vendor_id: one.wanted for vendor_id, one in linked.items()})
    except SourceRefused as refusal:
        with transaction.atomic():
            leases.assert_held(watch.held)
            note_refusal(account, refusal, watch.clock())
        raise
    finally:
        source.close()


def _linked(account: SourceAccount, now: datetime) -> dict[str, Linked]:
    """By vendor id, the patient and what is wanted of them."""
    people = list(
        VendorPatient.objects.filter(
            account=account,
            state=VendorPatient.State.LINKED,
            patient__clinic_id=account.clinic_id,
            patient__deleted_at=None,
        ).values_list("vendor_id", "patient_id", "newest_at", "history_asked_at", "patient__gap_ledger__since")
    )
    due = _due_gaps([patient_id for _, patient_id, *_ in people], now)
    found = {}
    for vendor_id, patient_id, newest, asked_at, since in people:
        first_end, last_end = due.get(patient_id, (None, None))
        pause = ASK_NEWCOMERS if newest is None else GRAPH_LAG
        has_ledger = since is not None
        newcomer = not has_ledger and (asked_at is None or now - asked_at >= pause)
        history = newcomer or (last_end is not None and last_end > now - GRAPH)
        logbook = first_end is not None and first_end <= now - GRAPH
        found[vendor_id] = Linked(patient_id, Wanted(newest, history, logbook), has_ledger)
    return found


def _due_gaps(patients: list[UUID], now: datetime) -> dict[UUID, tuple[datetime, datetime]]:
    """Of each patient with open gaps to ask for by now, when the first and the last of those ended."""
    rows = Gap.objects.filter(patient_id__in=patients, state=GapState.OPEN, next_try_at__lte=now)
    found = rows.values("patient_id").annotate(first=Min("end"), last=Max("end"))
    return {row["patient_id"]: (row["first"], row["last"]) for row in found}


def _store(account: SourceAccount, fetched: Fetched, linked: Mapping[str, Linked], now: datetime) -> Visit:
    store_people(account, fetched, now)
    found = {linked[vendor_id].patient_id: items for vendor_id, items in fetched.measurements.items()}
    seen = {linked[vendor_id].patient_id: sensors for vendor_id, sensors in fetched.sensors.items()}
    sensors = store_sensors(seen, found, now)
    begun = _beginnings(fetched, linked, now)
    gaps.open_ledgers(begun)
    batches = [
        as_samples(patient_id, items, sensors.get(patient_id, {})) for patient_id, items in found.items() if items
    ]
    ingested = store(Samples.joined(batches), now=now) if batches else None
    gaps.reconcile_begun(begun, now)
    _note_newest(account, fetched, linked, now)
    gaps.note_asked(
        {linked[vendor_id].patient_id for vendor_id in fetched.history_of},
        {linked[vendor_id].patient_id for vendor_id in fetched.logbook_of},
        now=now,
        last_success_at=account.last_success_at,
        was_well=account.state == AccountState.ACTIVE,
    )
    unusable = fetched.unusable + _refused(ingested, found)
    set_aside(account, unusable, now)
    quarantined = F("quarantined") + len(unusable)
    if fetched.refused is not None:
        note_refusal(account, fetched.refused, now, last_success_at=now, people_seen_at=now, quarantined=quarantined)
    else:
        note_success(account, now, quarantined=quarantined)
    return Visit(
        people=len(fetched.people),
        received=ingested.received if ingested else 0,
        stored=ingested.stored if ingested else 0,
        quarantined=len(unusable),
        histories=len(fetched.history_of),
        logbooks=len(fetched.logbook_of),
    )


def _beginnings(fetched: Fetched, linked: Mapping[str, Linked], now: datetime) -> dict[UUID, datetime]:
    """When the ledger begins of those who have none: at the first reading of the history that was read.

    One that is newer than the history ends may not be the first: then the history is read again when it shows that.
    """
    firsts = {
        linked[vendor_id].patient_id: min(item.time for item in fetched.measurements[vendor_id])
        for vendor_id in fetched.history_of
        if not linked[vendor_id].has_ledger and fetched.measurements[vendor_id]
    }
    return {patient_id: first for patient_id, first in firsts.items() if first <= now - GRAPH_LAG}


def _note_newest(account: SourceAccount, fetched: Fetched, linked: Mapping[str, Linked], now: datetime) -> None:
    """Whoever's first history was not read keeps none, so that it is asked for at the next visit."""
    newcomers = {vendor_id for vendor_id, one in linked.items() if one.wanted.newest is None}
    # A clock that is wrong by a day must not hide what comes before that day.
    told = {
        vendor_id: [item.time for item in items if item.time <= now + AHEAD]
        for vendor_id, items in fetched.measurements.items()
        if vendor_id not in newcomers - fetched.history_of
    }
    newest = {vendor_id: max(times) for vendor_id, times in told.items() if times}
    if newest:
        sql.run(
            "note_newest",
            {"account": account.id, "vendor_ids": list(newest), "newest": list(newest.values())},
        )
    asked = [vendor_id for vendor_id in fetched.history_of if not linked[vendor_id].has_ledger]
    if asked:
        VendorPatient.objects.filter(account=account, vendor_id__in=asked).update(history_asked_at=now)


def _refused(ingested: Ingested | None, found: Mapping[UUID, list[Measurement]]) -> list[Unusable]:
    if ingested is None:
        return []
    items = [item for batch in found.values() for item in batch]
    return [
        Unusable(reason, {"time": items[index].time, "mg_dl": items[index].mg_dl})
        for index, reason in ingested.refused()
    ]


def as_samples(patient_id: UUID, found: list[Measurement], sensors: Mapping[str, UUID]) -> Samples:
    """Measurements of one patient as columns; the vendors' readings stand for 5 minutes."""
    columns = np.array(
        [
            (
                int(item.time.timestamp()),
                item.mg_dl,
                item.utc_offset_minutes,
                item.trend,
                item.source,
                item.out_of_range,
            )
            for item in found
        ],
        dtype=np.int64,
    ).T
    batch = samples(
        patient_id,
        columns[0],
        columns[1],
        utc_offset_minutes=columns[2],
        trend=columns[3],
        source=columns[4],
        out_of_range=columns[5],
    )
    worn = b"".join(sensors.get(item.sensor_serial, NO_SENSOR).bytes for item in found)
    return replace(batch, sensor=np.frombuffer(worn, dtype="V16"))
