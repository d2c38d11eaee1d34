"""What can be wrong with background work."""


class TaskNotFound(Exception):
    """There is no such task that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such task that you may see.")


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
