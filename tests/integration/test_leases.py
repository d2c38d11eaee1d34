"""What only one process does at a time, and how soon another may where that one is gone."""

import threading
from datetime import UTC, datetime
from typing import Final

import pytest
from django.utils import timezone

from tests.faults.waiting import until
from work import leases
from work.leases import LONG_AGO, alone
from work.models import Lease

NAME: Final = "something"


def expires_at() -> datetime:
    return Lease.objects.get(name=NAME).expires_at


@pytest.mark.django_db(transaction=True)
class TestAlone:
    def test_lets_nobody_else_in_and_the_next_one_at_once_afterwards(self) -> None:
        with alone(NAME, seconds=60) as ours, alone(NAME, seconds=60) as theirs:
            assert (ours, theirs) == (True, False)

        assert expires_at() == LONG_AGO
        with alone(NAME, seconds=60) as ours:
            assert ours

    def test_keeps_the_lease_for_longer_than_it_lasts(self) -> None:
        with alone(NAME, seconds=0.9):
            first = expires_at()
            until(lambda: datetime.now(UTC) > first, 10, "the first lease to be over")
            until(lambda: expires_at() > first, 10, "the lease to be renewed")

        assert expires_at() == LONG_AGO

    def test_renews_nothing_that_another_took(self) -> None:
        with alone(NAME, seconds=0.3):
            Lease.objects.update(token=7, holder="another", expires_at=timezone.now())
            leases.acquire(NAME, "a third", timezone.now(), 60)
            theirs = expires_at()
            until(
                lambda: not any(one.name == f"lease {NAME}" for one in threading.enumerate()), 10, "the thread to end"
            )

        assert expires_at() == theirs
