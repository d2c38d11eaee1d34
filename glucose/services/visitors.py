"""Visiting a vendor's account: alone by a lease, with a session that is written down as soon as it is there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

import sql
from glucose.models import SourceAccount, SourceKind
from glucose.services.circuits import Gate, resting
from glucose.sources import dexcom_share_client
from glucose.sources.dexcom_share import DexcomShare
from glucose.sources.librelinkup import LibreLinkUp
from glucose.sources.librelinkup_client import Client, Endpoint
from glucose.sources.port import Clock, HostRests, Session, Source, Visitor
from work import leases
from work.errors import LeaseLost

# A killed worker holds its account up for so long. One call to the vendor may take LIBRELINKUP_TIMEOUT_SECONDS and its
# connection some seconds more, and the lease is renewed between any two of them.
LEASE_SECONDS: Final = 30
RENEW_AFTER: Final = timedelta(seconds=2)


class VisitSkipped(Exception):
    """The account must not be visited now, for the reason given."""


class Watch:
    """The lease of a visit, renewed while the visit goes on."""

    def __init__(self, held: leases.Held, clock: Clock, taken_at: datetime) -> None:
        self.held = held
        self.clock = clock
        self.renewed_at = taken_at

    def renew(self) -> None:
        """Before each call to the vendor; LeaseLost where another visitor took over."""
        now = self.clock()
        if now - self.renewed_at >= RENEW_AFTER or now < self.renewed_at:
            leases.renew(self.held, now, LEASE_SECONDS)
            self.renewed_at = now
        # Others may have the connection while the vendor thinks.
        sql.release()


@contextmanager
def visiting(account_id: UUID, holder: str, clock: Clock) -> Iterator[tuple[SourceAccount, Watch]]:
    """The account, as it is now, to this visitor alone; VisitSkipped where another one has it or takes over."""
    taken_at = clock()
    held = leases.acquire(f"source:{account_id}", holder, taken_at, LEASE_SECONDS)
    if held is None:
        raise VisitSkipped("Another visit to this account is under way.")
    try:
        account = SourceAccount.objects.filter(id=account_id).first()
        if account is None:
            raise VisitSkipped("The account was removed.")
        yield account, Watch(held, clock, taken_at)
    except HostRests as rests:
        raise VisitSkipped(str(rests)) from None
    except LeaseLost:
        raise VisitSkipped("Another visit to this account took over.") from None
    finally:
        leases.release(held)


def client_of(account: SourceAccount, watch: Watch) -> Client:
    """The vendor's client for an account of LibreLinkUp."""
    return Client(account.email, account.password, endpoint(), session_of(account), visitor(account, watch))


def source_of(account: SourceAccount, watch: Watch) -> Source:
    """The account at its vendor, whichever that is."""
    return SOURCES[SourceKind(account.kind)](account, watch)


def _librelinkup(account: SourceAccount, watch: Watch) -> Source:
    return LibreLinkUp(client_of(account, watch), settings.LIBRELINKUP_HISTORIES_PER_VISIT)


def _dexcom_share(account: SourceAccount, watch: Watch) -> Source:
    where = _share()
    session, who = session_of(account), visitor(account, watch)
    return DexcomShare(dexcom_share_client.Client(account.email, account.password, where, session, who))


SOURCES: Final = {SourceKind.LIBRELINKUP: _librelinkup, SourceKind.DEXCOM_SHARE: _dexcom_share}


def endpoint() -> Endpoint:
    """LibreLinkUp, as configured."""
    return Endpoint(
        settings.LIBRELINKUP_GLOBAL_URL,
        settings.LIBRELINKUP_REGION_URL,
        settings.LIBRELINKUP_VERSION,
        settings.LIBRELINKUP_TIMEOUT_SECONDS,
    )


def _share() -> dexcom_share_client.Endpoint:
    return dexcom_share_client.Endpoint(settings.DEXCOM_SHARE_URL, settings.DEXCOM_SHARE_TIMEOUT_SECONDS)


def host_of(account: SourceAccount) -> str:
    """The vendor's host that the account is asked at."""
    where = endpoint() if account.kind == SourceKind.LIBRELINKUP else _share()
    return urlsplit(where.url(account.region)).netloc


def left_alone(accounts: Sequence[SourceAccount], now: datetime) -> dict[UUID, str]:
    """Of those accounts that are not visited because their vendor's host answers nobody, that in words."""
    hosts = {account.id: host_of(account) for account in accounts}
    found = resting(hosts.values(), now)
    return {one: str(HostRests(host, found[host])) for one, host in hosts.items() if host in found}


def session_of(account: SourceAccount) -> Session:
    """What is remembered of the account's last login."""
    return Session(account.region, account.token, account.token_expires_at, account.vendor_user_id)


def visitor(account: SourceAccount, watch: Watch) -> Visitor:
    """Who visits the account, for the vendor's client."""

    def keep(session: Session) -> None:
        # Fenced: a visitor that was taken over does not put its session in the place of the other's.
        with transaction.atomic():
            leases.assert_held(watch.held)
            SourceAccount.objects.filter(id=account.id, credentials_version=account.credentials_version).update(
                region=session.region,
                token=session.token,
                token_expires_at=session.token_expires_at,
                vendor_user_id=session.vendor_user_id,
            )

    return Visitor(watch.clock, watch.renew, keep, Gate(account.id))
