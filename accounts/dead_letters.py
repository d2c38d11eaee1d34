"""Dead letters of a clinic, for its administrators."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.callers import Caller
from accounts.roles import Act
from work import dead_letters
from work.models import DeadLetter


def letters_of(caller: Caller) -> "QuerySet[DeadLetter]":
    """The letters of the caller's clinic; NotAllowed where the role does not manage them."""
    caller.require(Act.MANAGE_WORK)
    return dead_letters.letters(clinic_id=caller.clinic_id)


def requeue(caller: Caller, letter_id: UUID, *, now: datetime) -> DeadLetter:
    """Send the message again; DeadLetterNotFound, or AlreadyRequeued."""
    return dead_letters.requeue(letters_of(caller), letter_id, by=caller.user_id, now=now)


def discard(caller: Caller, letter_id: UUID) -> None:
    """Forget the letter; DeadLetterNotFound."""
    dead_letters.discard(letters_of(caller), letter_id)
