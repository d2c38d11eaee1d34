"""What notifications and webhooks say of alerts, made when they are read or sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.webhooks import renders
from analytics.models import Alert, AlertEvent
from analytics.selectors.alerts import current_alert, told_of
from work.notifications import tells

What = AlertEvent.What
SAID = {
    What.OPENED: "is a new alert",
    What.REMINDED: "is still open",
    What.ESCALATED: "was not acknowledged in time",
}
# Only one of them says that anybody is well.
ENDED = {
    Alert.Ending.OVER: "is over",
    Alert.Ending.WITHDRAWN: "is withdrawn: by later data or another rule there is none",
    Alert.Ending.UNSEEN: "is closed, for no reading has told of it for hours",
}


def _tell(what: AlertEvent.What) -> None:
    @tells(f"alert_{what}")
    def words(subjects: Sequence[Mapping[str, Any]]) -> list[str | None]:
        """What happened to which alert, of whom; None where it is not theirs to see."""
        found = told_of(subjects)
        return [_words(found.get(subject["alert"]), what) for subject in subjects]


for one in (*SAID, What.CLOSED):
    _tell(one)


def _words(alert: Alert | None, what: AlertEvent.What) -> str | None:
    if alert is None:
        return None
    whose = f" of {alert.patient.name}" if alert.patient else ""
    said = ENDED.get(Alert.Ending(alert.ending)) if what is What.CLOSED and alert.ending else SAID.get(what)
    return f"{alert.get_kind_display()}{whose} since {alert.started_at:%Y-%m-%d %H:%M} UTC {said}."


@renders("alert.opened")
@renders("alert.escalated")
@renders("alert.acknowledged")
@renders("alert.closed")
def alert_of_event(clinic_id: UUID, subject: Mapping[str, str]) -> Mapping[str, Any] | None:
    """An alert by ids, kind and times; None where it is gone."""
    alert = current_alert(clinic_id, subject["alert"])
    if alert is None:
        return None
    return {
        "alert": str(alert.id),
        "patient": str(alert.patient_id) if alert.patient_id else None,
        "kind": alert.kind,
        "started_at": alert.started_at,
        "opened_at": alert.opened_at,
        "acknowledged_at": alert.acknowledged_at,
        "escalated_at": alert.escalated_at,
        "closed_at": alert.closed_at,
        "ending": alert.ending or None,
    }
