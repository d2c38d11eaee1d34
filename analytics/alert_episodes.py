"""Episodes of a rule on readings, and which of them are told: what decides whether somebody is alarmed. Pure.

Episodes follow from the readings alone, so that the order in which these came does not matter. An alert stands for an
episode: one that overlaps the time of an alert is that alert's, whatever late readings did to its edges.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from analytics.alert_rules import AlertKind, Rule

# How far back readings are looked at: an episode that nobody saw for so long is over.
REACH_SECONDS: Final = 3 * 3600
# What is older than this is history, and alarms nobody any more.
RECENT_SECONDS: Final = 30 * 60
# Two readings further apart than this do not tell that glucose stayed beyond the threshold between them.
TOGETHER_SECONDS: Final = 20 * 60
# A fall is told of two readings about 15 minutes apart.
FALL_SECONDS: Final = (10 * 60, 15 * 60, 20 * 60)
BEYOND, BETWEEN, BACK = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Point:
    """A reading: seconds since 1970, and glucose."""

    seconds: int
    mg_dl: int


@dataclass(frozen=True, slots=True)
class Episode:
    """From the first reading beyond the threshold to the one that is back, which is None while there is none.

    ``opening`` is the reading at which it had lasted long enough.
    """

    start: int
    opening: Point
    closing: Point | None

    @property
    def end(self) -> int | None:
        """The first second after it."""
        return self.closing.seconds if self.closing else None


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that there is: when its episode began, how far it was followed while open, and its end."""

    id: UUID
    start: int
    seen_until: int
    end: int | None = None


@dataclass(slots=True)
class Decision:
    """What becomes of the alerts of one kind. A close without an episode: what was told is no episode any more."""

    opened: list[Episode] = field(default_factory=list)
    closed: list[tuple[UUID, Episode | None]] = field(default_factory=list)
    goes_on: UUID | None = None


def episodes(kind: AlertKind, rule: Rule, points: Sequence[Point], *, open_since: int | None = None) -> list[Episode]:
    """The episodes of a glucose kind in readings by time.

    ``open_since`` is when one began that was open before the first of them.
    """
    found: list[Episode] = []
    start, before = open_since, 0
    opening = Point(open_since, points[0].mg_dl) if open_since is not None and points else None
    for point, side in zip(points, _sides(kind, rule, points), strict=True):
        if opening is not None:
            if side == BACK and start is not None:
                found.append(Episode(start, opening, point))
                start = opening = None
        elif side == BEYOND:
            if start is None or point.seconds - before > TOGETHER_SECONDS:
                start = point.seconds
            if point.seconds - start >= 60 * (rule.minutes or 0):
                opening = point
        else:
            start = None
        before = point.seconds
    if opening is not None and start is not None:
        found.append(Episode(start, opening, None))
    return found


def decide(raised: Sequence[Raised], found: Sequence[Episode], *, newest: int, now: int, since: int) -> Decision:
    """Which alerts open and close, by the episodes that there are now.

    Nothing opens where the newest reading is no recent one, nor for an episode that ended a while ago, nor for one that
    had ended by ``since``, when the rule was set.
    """
    decision = Decision()
    for alert in raised:
        if alert.end is None:
            own = [episode for episode in found if _overlap(alert, episode)]
            if any(episode.end is None for episode in own):
                decision.goes_on = alert.id
            else:
                decision.closed.append((alert.id, own[-1] if own else None))
    told = {episode.start for episode in found for alert in raised if _stands_for(alert, episode)}
    recent = now - RECENT_SECONDS
    if newest >= recent:
        decision.opened = [
            episode
            for episode in found
            if episode.start not in told and (episode.end is None or episode.end > max(recent, since))
        ]
    return decision


def _stands_for(alert: Raised, episode: Episode) -> bool:
    """One that goes on needs an alert that is open: its own may have ended with a reading that was excluded since."""
    return _overlap(alert, episode) and (episode.end is not None or alert.end is None)


def _overlap(alert: Raised, episode: Episode) -> bool:
    last = alert.seen_until + 1 if alert.end is None else alert.end
    return episode.start < last and (episode.end is None or alert.start < episode.end)


def _sides(kind: AlertKind, rule: Rule, points: Sequence[Point]) -> Iterator[int]:
    """Of each reading whether it is beyond the threshold, back by the margin, or neither."""
    threshold, margin = rule.threshold_mg_dl or 0, rule.margin_mg_dl or 0
    if kind is AlertKind.FALLING_FAST:
        for fall in _falls(points):
            # An unknown fall neither opens nor closes.
            yield BETWEEN if fall is None else _side(fall >= threshold, fall <= threshold - margin)
    elif kind is AlertKind.HIGH:
        for point in points:
            yield _side(point.mg_dl > threshold, point.mg_dl <= threshold - margin)
    else:
        for point in points:
            yield _side(point.mg_dl < threshold, point.mg_dl >= threshold + margin)


def _side(beyond: bool, back: bool) -> int:
    return BEYOND if beyond else BACK if back else BETWEEN


def _falls(points: Sequence[Point]) -> Iterator[float | None]:
    """By how much glucose fell in the 15 minutes before each reading; None where no reading tells."""
    least, wanted, most = FALL_SECONDS
    first = 0
    for point in points:
        while points[first].seconds < point.seconds - most:
            first += 1
        near: Point | None = None
        for earlier in points[first:]:
            if earlier.seconds > point.seconds - least:
                break
            if near is None or abs(point.seconds - wanted - earlier.seconds) < abs(
                point.seconds - wanted - near.seconds
            ):
                near = earlier
        yield None if near is None else (near.mg_dl - point.mg_dl) * wanted / (point.seconds - near.seconds)
