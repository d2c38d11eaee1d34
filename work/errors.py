"""What can be wrong with background work."""

from datetime import datetime

from dramatiq.middleware import SkipMessage


class TaskNotFound(Exception):
    """There is no such task that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such task that you may see.")


class NotificationNotFound(Exception):
    """There is no such notification of the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such notification of yours.")


class TaskCannotBeRetried(Exception):
    """The task has not ended, or is done."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This task is {status}; only one that failed or was cancelled can be retried.")


class TaskCannotBeCancelled(Exception):
    """The task has ended."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This task has ended: it is {status}.")


class TaskNotAllowed(Exception):
    """Whoever asked for the task may not ask for it any more."""

    def __init__(self) -> None:
        super().__init__("You may not do any more what this task does.")


class TaskCancelled(Exception):
    """The owner cancelled the task; what is running stops here."""

    def __init__(self) -> None:
        super().__init__("The task was cancelled.")


class TaskNotOurs(SkipMessage):
    """The task is another worker's, or has ended: this message is done with."""

    def __init__(self) -> None:
        super().__init__("The task is another worker's, or has ended.")


class LeaseLost(Exception):
    """Another process holds the lease now; what was begun must not be written."""


class DeadLetterNotFound(Exception):
    """There is no such dead letter that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such dead letter that you may see.")


class AlreadyRequeued(Exception):
    """The letter was sent again before; if it failed again, that is another letter."""

    def __init__(self) -> None:
        super().__init__("This letter was sent again already; where it failed again, there is a newer one.")


class Undeliverable(Exception):
    """An entry of the outbox that no further attempt would deliver; the reason, in words without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotDelivered(Exception):
    """An attempt that failed, to be repeated; the reason, in words without personal data.

    ``not_before`` where the receiver said when. An attempt that does not count was not made at all.
    """

    def __init__(self, reason: str, *, not_before: datetime | None = None, counts: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.not_before, self.counts = reason, not_before, counts


class EntryNotGivenUp(Exception):
    """Only what was given up is sent again."""

    def __init__(self) -> None:
        super().__init__("Only what was given up can be sent again; this waits or was delivered.")
