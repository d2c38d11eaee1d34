"""Days as people with type 1 diabetes have them; any day can be computed by itself."""

from datetime import date, datetime, timedelta

import numpy as np

from simulator.instants import DAY_MS, zone
from simulator.truth.curve import noise, smooth_step, soft_floor
from simulator.truth.person_day import PersonDay, person_day
from simulator.truth.profiles import PROFILES, Profile
from simulator.truth.series import Floats, Int64s, Series

DAY_S = DAY_MS // 1000
HOUR_S = 3600
CHANGE_DAYS = 14
SILENT_DAYS = 15
LOWEST_MG_DL, HIGHEST_MG_DL = 30, 560


def generated(profile: str, seed: int, anchor_ms: int, timezone: str, times_ms: Int64s) -> Series:
    """A person's values at those of the given instants that were measured; the span is at most some days."""
    if not len(times_ms):
        return Series(times_ms, times_ms)
    person = PROFILES[profile]
    time_s = times_ms / 1000.0
    change_s = anchor_ms / 1000.0 - CHANGE_DAYS * DAY_S
    days = [
        person_day(_profile_on(person, day, change_s, timezone), seed, day, timezone)
        for day in _local_days(time_s, timezone)
    ]
    values = _glucose(person, seed, change_s, time_s, days)
    measured = np.ones(len(time_s), np.bool_)
    for start_s, end_s in (gap for day in days for gap in day.gaps):
        measured &= (time_s < start_s) | (time_s >= end_s)
    if person.stops:
        measured &= time_s < anchor_ms / 1000.0 - SILENT_DAYS * DAY_S
    return Series(times_ms, np.rint(values).astype(np.int64)).only(measured)


def _glucose(person: Profile, seed: int, change_s: float, time_s: Floats, days: list[PersonDay]) -> Floats:
    later = person.later or person
    changed = smooth_step((time_s - change_s) / (6 * HOUR_S))
    glucose = person.fasting + (later.fasting - person.fasting) * changed
    glucose += person.drift * noise(seed, time_s, 4 * HOUR_S)
    for day in days:
        for rise in day.rises:
            rise.apply(glucose, time_s)
    glucose = soft_floor(glucose, person.floor)
    glucose = -soft_floor(-glucose, -max(person.ceiling, later.ceiling))
    for day in days:
        for pull in day.pulls:
            pull.apply(glucose, time_s)
    glucose += 3 * noise(seed + 1, time_s, HOUR_S / 5)
    clipped: Floats = np.clip(glucose, LOWEST_MG_DL, HIGHEST_MG_DL)
    return clipped


def _profile_on(person: Profile, day: date, change_s: float, timezone: str) -> Profile:
    if person.later is None:
        return person
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))
    return person.later if midnight.timestamp() >= change_s - DAY_S / 2 else person


def _local_days(time_s: Floats, timezone: str) -> list[date]:
    """The local days that can be felt in the span: its own, and one before and after."""
    first = datetime.fromtimestamp(time_s[0], zone(timezone)).date() - timedelta(days=1)
    last = datetime.fromtimestamp(time_s[-1], zone(timezone)).date() + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
