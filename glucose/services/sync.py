"""One visit to a LibreLinkUp account: fetch without a transaction, then store in one."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from glucose.models import AccountState, LibreLinkUpAccount, Sensor, VendorPatient
from glucose.samples import NO_SENSOR, Samples, samples
from glucose.selectors.accounts import may_be_visited
from glucose.services.ingest import store
from glucose.sources.librelinkup import LibreLinkUp
from glucose.sources.librelinkup_client import Client, Endpoint, Session
from glucose.sources.port import Fetched, Measurement, SensorSeen, SourceRefused, Wanted
from work import leases

log = logging.getLogger(__name__)
LEASE_SECONDS: Final = 180
# The vendor's history ends about 17 minutes before the current measurement.
HISTORY_LAG: Final = timedelta(minutes=20)
# Without a Retry-After: when to come again.
PAUSE: Final = {
    AccountState.RATE_LIMITED: timedelta(minutes=15),
    AccountState.LOCKED_OUT: timedelta(minutes=5),
    AccountState.UNREACHABLE: timedelta(minutes=1),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought."""

    people: int
    received: int
    stored: int
    quarantined: int


class VisitSkipped(Exception):
    """The account must not be visited now, for the reason given."""


def sync_account(*, account_id: UUID, holder: str, now: datetime) -> Visit:
    """Visit the account and store what is new; VisitSkipped where it must not be visited now.

    One visit at a time by a lease; no transaction is open while the vendor is asked. Whatever the vendor
    refuses becomes the account's state and is raised as SourceRefused.
    """
    held = leases.acquire(f"librelinkup:{account_id}", holder, now, LEASE_SECONDS)
    if held is None:
        raise VisitSkipped("Another visit to this account is under way.")
    try:
        account = LibreLinkUpAccount.objects.filter(id=account_id).first()
        if account is None:
            raise VisitSkipped("The account was removed.")
        if not may_be_visited(account, now):
            raise VisitSkipped(f"The account is {account.state}: {account.state_detail or 'no visit is made.'}")
        return _visit(account, held, now)
    finally:
        leases.release(held, now)


def _visit(account: LibreLinkUpAccount, held: leases.Held, now: datetime) -> Visit:
    linked = _linked(account, now)
    session = Session(account.region, account.token, account.token_expires_at, account.vendor_user_id)
    client = Client(account.email, account.password, endpoint(), session)
    try:
        fetched = LibreLinkUp(client).fetch({vendor_id: wanted for vendor_id, (_, wanted) in linked.items()}, now)
    except SourceRefused as refused:
        _refused(account, refused, now)
        raise
    finally:
        client.close()
        _keep_session(account, session)
    with transaction.atomic():
        leases.assert_held(held)
        return _store(account, fetched, {vendor_id: patient for vendor_id, (patient, _) in linked.items()}, now)


def endpoint() -> Endpoint:
    """The vendor, as configured."""
    return Endpoint(
        settings.LIBRELINKUP_GLOBAL_URL,
        settings.LIBRELINKUP_REGION_URL,
        settings.LIBRELINKUP_VERSION,
        settings.LIBRELINKUP_TIMEOUT_SECONDS,
    )


def _linked(account: LibreLinkUpAccount, now: datetime) -> dict[str, tuple[UUID, Wanted]]:
    """By vendor id, the patient and what is wanted of them."""
    rows = VendorPatient.objects.filter(
        account=account,
        state=VendorPatient.State.LINKED,
        patient__clinic_id=account.clinic_id,
        patient__deleted_at=None,
    ).values_list("vendor_id", "patient_id", "newest_at", "history_again_at")
    return {
        vendor_id: (patient_id, Wanted(newest, again is not None and again <= now))
        for vendor_id, patient_id, newest, again in rows
    }


def _keep_session(account: LibreLinkUpAccount, session: Session) -> None:
    now_known = {
        "region": session.region,
        "token": session.token,
        "token_expires_at": session.token_expires_at,
        "vendor_user_id": session.vendor_user_id,
    }
    if any(getattr(account, name) != value for name, value in now_known.items()):
        LibreLinkUpAccount.objects.filter(id=account.id, credentials_version=account.credentials_version).update(
            **now_known
        )


def _as_visited(account: LibreLinkUpAccount) -> QuerySet[LibreLinkUpAccount]:
    """The account's row, as long as nobody disabled it or changed its password since the visit began."""
    return LibreLinkUpAccount.objects.filter(id=account.id, credentials_version=account.credentials_version).exclude(
        state=AccountState.DISABLED
    )


def _refused(account: LibreLinkUpAccount, refused: SourceRefused, now: datetime) -> None:
    state = AccountState(refused.state)
    pause = PAUSE.get(state, timedelta(0))
    if refused.retry_after_seconds is not None:
        pause = timedelta(seconds=refused.retry_after_seconds)
    log.warning("LibreLinkUp account %s: %s", account.id, refused.detail)
    _as_visited(account).update(
        state=state, state_detail=refused.detail, next_attempt_at=now + pause if pause else None
    )


def _store(account: LibreLinkUpAccount, fetched: Fetched, linked: dict[str, UUID], now: datetime) -> Visit:
    _store_people(account, fetched, now)
    batches = []
    for vendor_id, found in fetched.measurements.items():
        patient_id = linked[vendor_id]
        serials = _store_sensors(patient_id, fetched.sensors.get(vendor_id, []), found)
        if found:
            newest = max(item.time for item in found)
            VendorPatient.objects.filter(account=account, vendor_id=vendor_id).update(newest_at=newest)
            batches.append(as_samples(patient_id, found, serials))
    ingested = store(Samples.joined(batches), now=now) if batches else None
    for vendor_id, unfinished in fetched.unfinished.items():
        VendorPatient.objects.filter(account=account, vendor_id=vendor_id).update(
            history_again_at=now + HISTORY_LAG if unfinished else None
        )
    if ingested is not None:
        fetched.quarantined += [reason for _, reason in ingested.refused()]
    _as_visited(account).update(
        state=AccountState.ACTIVE,
        state_detail="",
        last_success_at=now,
        next_attempt_at=None,
        people_seen_at=now,
        quarantined=F("quarantined") + len(fetched.quarantined),
    )
    for reason in sorted(set(fetched.quarantined)):
        log.warning("LibreLinkUp account %s: set aside: %s", account.id, reason)
    return Visit(
        people=len(fetched.people),
        received=ingested.received if ingested else 0,
        stored=ingested.stored if ingested else 0,
        quarantined=len(fetched.quarantined),
    )


def _store_people(account: LibreLinkUpAccount, fetched: Fetched, now: datetime) -> None:
    VendorPatient.objects.bulk_create(
        [
            VendorPatient(
                account=account,
                vendor_id=person.vendor_id,
                first_name=person.first_name,
                last_name=person.last_name,
                first_seen_at=now,
                last_seen_at=now,
            )
            for person in fetched.people
        ],
        update_conflicts=True,
        unique_fields=["account", "vendor_id"],
        update_fields=["first_name", "last_name", "last_seen_at"],
    )


def _store_sensors(patient_id: UUID, seen: list[SensorSeen], found: list[Measurement]) -> dict[str, UUID]:
    """The ids of the sensors by serial; new ones are added."""
    activated = {sensor.serial: sensor.activated_at for sensor in seen}
    serials = activated.keys() | {item.sensor_serial for item in found if item.sensor_serial}
    if not serials:
        return {}
    known = dict(Sensor.objects.filter(patient_id=patient_id, serial__in=serials).values_list("serial", "id"))
    for serial in sorted(serials - known.keys()):
        sensor, _ = Sensor.objects.get_or_create(
            patient_id=patient_id, serial=serial, defaults={"activated_at": activated.get(serial)}
        )
        known[serial] = sensor.id
    return known


def as_samples(patient_id: UUID, found: list[Measurement], sensors: dict[str, UUID]) -> Samples:
    """Measurements of one patient as columns; the vendor's readings stand for 5 minutes."""
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
