"""What readings tell: the alerts of glucose kinds of one patient, by the episodes of the last hours."""

from collections.abc import Iterable
from datetime import datetime

from analytics.alert_clock import REACH
from analytics.alert_episodes import Decision, Episode, Raised, decide, episodes
from analytics.alert_rules import GLUCOSE, AlertKind, Rule
from analytics.models import Alert
from analytics.services.alert_changes import ENDINGS, Changes, instant
from analytics.services.alert_conditions import Seen


def look(seen: Seen, changes: Changes) -> None:
    """Raise and close the alerts of each glucose kind."""
    newest = seen.points[-1].seconds if seen.points else 0
    for kind in sorted(GLUCOSE):
        standing = seen.standing(kind)
        watched = seen.followed and standing.rule.enabled
        known = _followed(seen.of_kind(kind), standing.rule, changes)
        if not known and not watched:
            continue
        decision = decide(
            [_raised(alert) for alert in known],
            _episodes(kind, standing.rule, seen, known, changes.now) if watched else [],
            newest=newest,
            now=int(changes.now.timestamp()),
            since=int(standing.since.timestamp()) if standing.since else 0,
        )
        _write(decision, kind, seen, known, changes)


def _followed(alerts: Iterable[Alert], rule: Rule, changes: Changes) -> list[Alert]:
    """Those that stand for episodes, once those are closed that no reading has told of for hours."""
    found = []
    for alert in alerts:
        if alert.closed_at is None and alert.seen_until + REACH <= changes.now:
            changes.close(alert, rule, ENDINGS.UNSEEN, alert.seen_until)
        if alert.ending != ENDINGS.WITHDRAWN:
            found.append(alert)
    return found


def _episodes(kind: AlertKind, rule: Rule, seen: Seen, known: Iterable[Alert], now: datetime) -> list[Episode]:
    """The episodes of what is looked at; an open alert may have begun before that."""
    before = [alert for alert in known if alert.closed_at is None and alert.started_at < now - REACH]
    open_since = int(before[0].started_at.timestamp()) if before else None
    return episodes(kind, rule, seen.points, open_since=open_since)


def _write(decision: Decision, kind: AlertKind, seen: Seen, known: Iterable[Alert], changes: Changes) -> None:
    rule, alerts = seen.standing(kind).rule, {alert.id: alert for alert in known}
    for alert_id, episode in decision.closed:
        if episode is None or episode.closing is None:
            changes.close(alerts[alert_id], rule, ENDINGS.WITHDRAWN, changes.now)
        else:
            over = instant(episode.closing.seconds)
            changes.close(alerts[alert_id], rule, ENDINGS.OVER, over, episode.closing)
    if decision.goes_on is not None:
        alert = alerts[decision.goes_on]
        changes.see(alert, instant(seen.points[-1].seconds))
        changes.step(alert, rule, seen.zone)
    for episode in decision.opened:
        _open(episode, kind, rule, seen, changes)


def _open(episode: Episode, kind: AlertKind, rule: Rule, seen: Seen, changes: Changes) -> None:
    alert = seen.alert(kind, instant(episode.start), instant(seen.points[-1].seconds))
    alert.mg_dl = episode.opening.mg_dl
    changes.open(alert, rule, seen.zone, episode.opening)
    if episode.closing is not None:
        changes.close(alert, rule, ENDINGS.OVER, instant(episode.closing.seconds), episode.closing)


def _raised(alert: Alert) -> Raised:
    ended_at = alert.ended_at if alert.closed_at is not None else None
    return Raised(
        alert.id,
        start=int(alert.started_at.timestamp()),
        seen_until=int(alert.seen_until.timestamp()),
        end=int(ended_at.timestamp()) if ended_at is not None else None,
    )
