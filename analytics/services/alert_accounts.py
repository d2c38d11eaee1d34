"""Alerts of vendors' accounts that wait for a person: one of a clinic, whose administrators can act."""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from analytics.alert_rules import AlertKind
from analytics.models import Alert
from analytics.selectors.alert_rules import rule_book
from analytics.services.alert_changes import ENDINGS, Changes
from glucose.selectors.accounts import accounts_in_need

log = logging.getLogger(__name__)
KIND = AlertKind.ACCOUNT_ACTION
# Of a clinic's quiet hours that name no zone.
ZONE = "UTC"


def watch_accounts(now: datetime) -> None:
    """Raise, go on with and close them. One at a time: whoever calls this holds a lease.

    Where that fails it is done clinic by clinic, so that whichever it fails for holds up no other.
    """
    needs = dict(accounts_in_need())
    rows = Alert.objects.filter(kind=KIND, closed_at=None).order_by("id")
    try:
        _watch(needs, rows, now)
    except Exception as error:
        log.warning("alerts of accounts are looked at clinic by clinic: %s", type(error).__name__)
        for clinic_id in sorted({*needs.values(), *rows.values_list("clinic_id", flat=True)}):
            theirs = {account: clinic for account, clinic in needs.items() if clinic == clinic_id}
            _watch_alone(clinic_id, theirs, rows.filter(clinic_id=clinic_id), now)


def _watch_alone(clinic_id: UUID, needs: Mapping[UUID, UUID], rows: QuerySet[Alert], now: datetime) -> None:
    try:
        _watch(needs, rows, now)
    except Exception as error:
        log.error("alerts of the accounts of clinic %s failed: %s", clinic_id, type(error).__name__)


@transaction.atomic
def _watch(needs: Mapping[UUID, UUID], rows: QuerySet[Alert], now: datetime) -> None:
    alerts = list(rows.select_for_update())
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
