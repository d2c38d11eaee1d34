"""What users are told: a row with ids, in the transaction of what it tells of; words are made when it is read."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from work.errors import NotificationNotFound
from work.models import Notification

Subject = dict[str, Any]
# The words for each subject of a kind, read in the name of who is told; None where it is gone, or not theirs to see.
Words = Callable[[Sequence[Subject]], Sequence[str | None]]
GONE: Final = "What this was about is not there any more, or is not yours to see."

WORDS: dict[str, Words] = {}


def tells(*kinds: str) -> Callable[[Words], Words]:
    """Declare that the function below makes the words of these kinds."""

    def declare(words: Words) -> Words:
        WORDS.update(dict.fromkeys(kinds, words))
        return words

    return declare


def notify(*, user_id: UUID, kind: str, subject: Subject) -> None:
    """Tell a user; ``subject`` has ids only."""
    notify_all([(user_id, kind, subject)])


def notify_all(told: Sequence[tuple[UUID, str, Subject]]) -> None:
    """Tell users, each of a kind and a subject."""
    rows = [Notification(user_id=user_id, kind=kind, subject=subject) for user_id, kind, subject in told]
    Notification.objects.bulk_create(rows, batch_size=500)


def notifications_of(user_id: UUID, *, unread: bool) -> QuerySet[Notification]:
    """The user's own, or those of them that are not read yet."""
    rows = Notification.objects.filter(user_id=user_id)
    return rows.filter(read_at=None) if unread else rows


def words_of(rows: Sequence[Notification]) -> list[str]:
    """What each says, in one look for all of a kind."""
    said: dict[UUID, str] = {}
    for kind in {row.kind for row in rows}:
        of_kind = [row for row in rows if row.kind == kind]
        words = WORDS[kind]([row.subject for row in of_kind]) if kind in WORDS else [None] * len(of_kind)
        said |= {row.id: text or GONE for row, text in zip(of_kind, words, strict=True)}
    return [said[row.id] for row in rows]


def read(user_id: UUID, notification_id: UUID, *, now: datetime) -> Notification:
    """Note that the user has read it, where that was not noted before."""
    rows = Notification.objects.filter(id=notification_id, user_id=user_id)
    rows.filter(read_at=None).update(read_at=now)
    found = rows.first()
    if found is None:
        raise NotificationNotFound
    return found


def read_all(user_id: UUID, *, now: datetime) -> int:
    """Note that the user has read all that there is; how many were unread."""
    return notifications_of(user_id, unread=True).update(read_at=now)


def forget_old_notifications(now: datetime) -> int:
    """Delete what is older than NOTIFICATIONS_KEPT_DAYS; how many."""
    before = now - timedelta(days=settings.NOTIFICATIONS_KEPT_DAYS)
    return Notification.objects.filter(created_at__lt=before).delete()[0]
