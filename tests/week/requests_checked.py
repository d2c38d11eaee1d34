"""What the vendor's log must not show: a request before its time, a login with a session at hand, a crowd. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tests.week.plan import Trouble
from tests.week.record import Asked, Done, Record

# A Retry-After that is a date is rounded to the second.
TOLERANCE_MS: Final = 2_000
MOST_POLLS: Final = 1.2
INTERVAL_MS: Final = 300_000
REFUSALS: Final = frozenset({"lock", "http_429", "http_430", "http_476", "http_5xx"})


def check_requests(record: Record, troubles: Sequence[Trouble], start_ms: int, end_ms: int) -> dict[str, float]:
    """Check every account's requests; what was counted."""
    counted: Counter[str] = Counter()
    accounts = sorted({asked.account for asked in record.asked})
    most = 0.0
    for number in accounts:
        events = record.of_account(number)
        own = [trouble for trouble in troubles if trouble.account == number]
        _check_waits(record, events, own, start_ms, counted)
        _check_logins(record, events, counted)
        polls = sum(isinstance(one, Asked) and one.call == "connections" for one in events)
        share = polls * INTERVAL_MS / (end_ms - start_ms)
        most = max(most, share)
        record.check(share <= MOST_POLLS, f"account {number} was polled {share:.2f} times in five minutes")
        counted["polls"] += polls
    return {**counted, "most polls of an account in five minutes": round(most, 3)}


def _check_waits(
    record: Record, events: Sequence[Asked | Done], troubles: Sequence[Trouble], start_ms: int, counted: Counter[str]
) -> None:
    """No request before the time that the vendor named, or is known for."""
    until_ms, why = 0, ""
    for asked in events:
        if not isinstance(asked, Asked):
            continue
        record.check(asked.at_ms >= until_ms - TOLERANCE_MS, f"account {asked.account}: {asked.path} in {why}")
        visited = record.visits.get(asked.at_ms)
        record.check(visited is not None, f"account {asked.account}: {asked.path} in no visit")
        if visited is not None and visited.ended.startswith(("killed", "skipped")):
            # Whoever died, or was taken over, before it could write the refusal down cannot have told of it.
            counted["refusals that died with their visit"] += len(asked.faults & REFUSALS)
            continue
        for kind in asked.faults & REFUSALS:
            seconds = _named_seconds(troubles, kind, asked.at_ms - start_ms)
            if seconds is not None and asked.at_ms + seconds * 1000 > until_ms:
                until_ms, why = asked.at_ms + round(seconds * 1000), kind
                counted["times named"] += 1


def _named_seconds(troubles: Sequence[Trouble], kind: str, at_ms: int) -> float | None:
    """What the trouble said that hit: the last one of the kind that had begun."""
    begun = [one for one in troubles if one.kind == kind]
    index = bisect_right([one.start.total_seconds() * 1000 for one in begun], at_ms + 5)
    return begun[index - 1].named_seconds() if index else None


def _check_logins(record: Record, events: Sequence[Asked | Done], counted: Counter[str]) -> None:
    """A login is for who has no session: at the beginning, or after it was refused, given up or forgotten."""
    has_session = False
    for one in events:
        if isinstance(one, Done):
            has_session = False
        elif one.call == "login":
            counted["logins"] += 1
            record.check(not has_session, f"account {one.account} logged in with a session at {one.at_ms}")
        elif one.status == 401:
            counted["sessions refused"] += 1
            has_session = False
        elif one.call in ("connections", "graph", "logbook"):
            counted["sessions that came"] += not has_session
            has_session = True
    _check_one_by_one(record, [one for one in events if isinstance(one, Asked)])


def _check_one_by_one(record: Record, asked: Sequence[Asked]) -> None:
    """At most two logins in a visit, the second one only for another region."""
    logins = [one for one in asked if one.call == "login"]
    by_visit = Counter(one.at_ms for one in logins)
    for at_ms, count in by_visit.items():
        record.check(count <= 2, f"{count} logins in one visit at {at_ms}")
    for first, second in pairwise(logins):
        if first.at_ms == second.at_ms:
            record.check(first.path != second.path, f"{first.path} twice in one visit at {first.at_ms}")
