"""Mails of alerts: that there is one and of which kind, in the reader's language; never a name, never a value."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.models import User
from analytics.alert_rules import AlertKind
from analytics.models import Alert
from work.outbox import Entry, Undeliverable, delivers

WORDS = {
    AlertKind.URGENT_LOW: _("urgent low glucose"),
    AlertKind.LOW: _("low glucose"),
    AlertKind.HIGH: _("high glucose"),
    AlertKind.FALLING_FAST: _("glucose falls fast"),
    AlertKind.NO_DATA: _("no data"),
    AlertKind.SENSOR_ENDING: _("a sensor ends soon"),
    AlertKind.ACCOUNT_ACTION: _("an account needs a person"),
}


@delivers("alert_mail")
def mail_alert(entry: Entry) -> None:
    """Mail a user that there is an alert; Undeliverable where there is no address, or it is not theirs any more."""
    user = User.objects.filter(id=UUID(entry.payload["user"]), is_active=True).first()
    alert = Alert.objects.filter(id=UUID(entry.payload["alert"])).first()
    if alert is None or user is None or not user.email:
        raise Undeliverable("there is nobody to mail it to, or nothing to mail")
    with translation.override(user.language):
        kind = str(WORDS[AlertKind(alert.kind)])
    mail.send(
        "alert",
        to=user.email,
        language=user.language,
        what=entry.payload["what"],
        kind=kind,
        alert=str(alert.id),
        at=f"{alert.opened_at:%Y-%m-%d %H:%M} UTC",
        path=f"/api/v1/alerts/{alert.id}/",
    )
