"""Alerts of vendors' accounts that wait for a person: one of a clinic, whose administrators can act."""

from datetime import datetime

from django.db import transaction

from analytics.alert_rules import AlertKind
from analytics.models import Alert
from analytics.selectors.alert_rules import rule_book
from analytics.services.alert_changes import ENDINGS, Changes
from glucose.selectors.accounts import accounts_in_need

KIND = AlertKind.ACCOUNT_ACTION
# Of a clinic's quiet hours that name no zone.
ZONE = "UTC"


@transaction.atomic
def watch_accounts(now: datetime) -> None:
    """Raise, go on with and close them. One at a time: whoever calls this holds a lease."""
    needs = dict(accounts_in_need())
    alerts = list(Alert.objects.select_for_update().filter(kind=KIND, closed_at=None).order_by("id"))
    rules = rule_book({*needs.values(), *(alert.clinic_id for alert in alerts)}, [])
    changes = Changes(now)
    for alert in alerts:
        rule = rules.standing(KIND, alert.clinic_id, None).rule
        if alert.subject_id not in needs:
            changes.close(alert, rule, ENDINGS.OVER, now)
        elif not rule.enabled:
            changes.close(alert, rule, ENDINGS.WITHDRAWN, now)
        elif alert.next_at is not None and alert.next_at <= now:
            changes.step(alert, rule, ZONE)
    known = {alert.subject_id for alert in alerts}
    for account_id, clinic_id in needs.items():
        rule = rules.standing(KIND, clinic_id, None).rule
        if account_id not in known and rule.enabled:
            fields = {"clinic_id": clinic_id, "kind": KIND, "subject_id": account_id}
            changes.open(Alert(**fields, started_at=now, seen_until=now), rule, ZONE)
    changes.write()
