"""What waits for a member, in numbers: what every page shows beside its navigation."""

from typing import TypedDict

from accounts.callers import Caller
from accounts.roles import Act
from analytics.selectors.alerts import alerts_of
from work.notifications import notifications_of


class Counts(TypedDict):
    """How many notifications are not read, and how many alerts of theirs are open."""

    unread: int
    alerts: int


def counts_of(caller: Caller) -> Counts:
    """As of now; no alerts for who handles none."""
    unread = notifications_of(caller.user_id, unread=True).count()
    if not caller.may(Act.HANDLE_ALERTS):
        return Counts(unread=unread, alerts=0)
    return Counts(unread=unread, alerts=alerts_of(caller, patient_id=None, state="open", kinds=[]).count())
