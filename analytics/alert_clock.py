"""What the clock alone brings to an alert: quiet hours, escalation, the end of a snooze, and silence. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final
from zoneinfo import ZoneInfo

from analytics.alert_episodes import REACH_SECONDS
from analytics.alert_rules import Rule

REACH: Final = timedelta(seconds=REACH_SECONDS)
# A silence that became one longer ago than this, as of readings that were uploaded late, alarms nobody.
SILENCE_IS_NEWS: Final = timedelta(hours=2)


@unique
class Step(StrEnum):
    """What an open alert is due for."""

    TELL = "tell"
    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where an open alert stands with the people it is for."""

    tell_at: datetime
    told: bool
    acknowledged: bool
    escalate_at: datetime | None
    escalated: bool
    snoozed_until: datetime | None


def quiet_until(rule: Rule, zone: str, moment: datetime) -> datetime:
    """When somebody may be told what happened at a moment: at once, or at the end of the quiet hours it lies in."""
    start, end = rule.quiet_start, rule.quiet_end
    local = moment.astimezone(ZoneInfo(rule.quiet_zone or zone))
    clock = local.time().replace(tzinfo=None)
    within = start <= clock < end if start < end else clock >= start or clock < end
    if start == end or not within:
        return moment
    day = local.date() + timedelta(days=1 if start > end and clock >= start else 0)
    over = datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(UTC)
    # Where the clocks are set back, the same local time comes twice.
    return max(over, moment)


def steps(waiting: Waiting, now: datetime) -> list[Step]:
    """What is due; nothing is done to what somebody acknowledged, and little while it is snoozed."""
    if waiting.acknowledged or (waiting.snoozed_until is not None and waiting.snoozed_until > now):
        return []
    if not waiting.told:
        return [Step.TELL] if waiting.tell_at <= now else []
    due = [Step.REMIND] if waiting.snoozed_until is not None else []
    if waiting.escalate_at is not None and waiting.escalate_at <= now and not waiting.escalated:
        due.append(Step.ESCALATE)
    return due


def next_step_at(waiting: Waiting) -> datetime | None:
    """When the clock alone makes something due; None where it does not."""
    if waiting.acknowledged:
        return None
    if not waiting.told:
        return max(waiting.tell_at, waiting.snoozed_until or waiting.tell_at)
    escalate_at = None if waiting.escalated else waiting.escalate_at
    if waiting.snoozed_until is not None:
        return waiting.snoozed_until
    return escalate_at


def is_silent(rule: Rule, newest: datetime | None, now: datetime) -> bool:
    """Whether no reading came for as long as the rule says; never of somebody who never had one."""
    return rule.enabled and newest is not None and silent_at(rule, newest) <= now


def silent_at(rule: Rule, newest: datetime) -> datetime:
    """When a silence since the newest reading is one to tell of."""
    return newest + timedelta(minutes=rule.minutes or 0)


def earliest(times: Iterable[datetime | None]) -> datetime | None:
    """The first of the times that there are."""
    return min((time for time in times if time is not None), default=None)
