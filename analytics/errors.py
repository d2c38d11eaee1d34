"""What can be wrong with alerts, and with what is made of readings."""


class AlertNotFound(Exception):
    """There is no such alert that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such alert that you may see.")


class AlertClosed(Exception):
    """What is over cannot be snoozed."""

    def __init__(self) -> None:
        super().__init__("This alert is closed: there is nothing to snooze.")


class PageNotSet(Exception):
    """A page could not be made: its program ended without one, or took too long. The reason is for the log."""
