"""What can be wrong with background work."""


class TaskNotFound(Exception):
    """There is no such task that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such task that you may see.")


class LeaseLost(Exception):
    """Another process holds the lease now; what was begun must not be written."""
