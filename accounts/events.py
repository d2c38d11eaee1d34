"""What a clinic's programs may be told of; whoever has an event says in ``accounts.webhooks.renders`` how it reads."""

from enum import StrEnum, unique


@unique
class Event(StrEnum):
    """Kinds of events, named by what happened to what."""

    ALERT_OPENED = "alert.opened"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_CLOSED = "alert.closed"
    TEST = "webhook.test"
