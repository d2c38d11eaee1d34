"""What happens to a made-up person on one local day; drawn from seed and date alone."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from simulator.instants import zone
from simulator.truth.curve import Pull, Rise
from simulator.truth.profiles import Profile, Spell

MEAL_HOURS = ((7.5, 1.0), (12.8, 1.05), (19.5, 1.15))


@dataclass(frozen=True)
class PersonDay:
    """A day's rises, pulls to a level, and stretches ``(start, end)`` in epoch seconds without readings."""

    rises: tuple[Rise, ...]
    pulls: tuple[Pull, ...]
    gaps: tuple[tuple[float, float], ...]


class _Draw:
    """Random choices for one seed and date."""

    def __init__(self, seed: int, day: date, timezone: str) -> None:
        self.rng = random.Random(f"{seed}:{day.isoformat()}")
        self._midnight = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))

    def about(self, value: float, share: float = 0.25) -> float:
        """A value within a share of the given one."""
        return value * self.rng.uniform(1 - share, 1 + share)

    def start_s(self, hour: float, spread: float) -> float:
        """An instant about that local hour."""
        # Adding to an aware datetime moves the wall clock, which is what people live by.
        wall = self._midnight + timedelta(hours=hour + self.rng.uniform(-spread, spread))
        return wall.timestamp()

    def happens(self, chance: float) -> bool:
        """Whether something of that chance happens today."""
        return self.rng.random() < chance


@lru_cache(maxsize=4096)
def person_day(profile: Profile, seed: int, day: date, timezone: str) -> PersonDay:
    """Draw one local day of a person."""
    draw = _Draw(seed, day, timezone)
    rises = (*_meals(draw, profile), *_dawn_and_exercise(draw, profile))
    compression = Spell(chance=0.08, level=64, minutes=12, hour=4.5, hour_spread=1.0)
    pulls = tuple(_pulls(draw, (*profile.spells, compression)))
    return PersonDay(rises, pulls, tuple(_gaps(draw, profile)))


def _meals(draw: _Draw, profile: Profile) -> list[Rise]:
    meals = [
        Rise(draw.start_s(hour, 0.7), draw.about(profile.meal_rise * size, 0.35), draw.about(65))
        for hour, size in MEAL_HOURS
    ]
    if draw.happens(0.4):
        meals.append(Rise(draw.start_s(16.0, 1.0), draw.about(profile.meal_rise * 0.45), draw.about(45)))
    return meals


def _dawn_and_exercise(draw: _Draw, profile: Profile) -> list[Rise]:
    changes = [Rise(draw.start_s(3.5, 0.4), draw.about(profile.dawn_rise), 170)]
    if draw.happens(0.35):
        changes.append(Rise(draw.start_s(17.5, 2.0), -draw.about(35), draw.about(50)))
    return changes


def _pulls(draw: _Draw, spells: tuple[Spell, ...]) -> list[Pull]:
    pulls = []
    for spell in spells:
        start_s, hold_minutes = draw.start_s(spell.hour, spell.hour_spread), draw.about(spell.minutes)
        ramp_minutes = draw.about(min(40.0, spell.minutes))
        if draw.happens(spell.chance):
            pulls.append(Pull(start_s, draw.about(spell.level, 0.03), ramp_minutes, hold_minutes))
    return pulls


def _gaps(draw: _Draw, profile: Profile) -> list[tuple[float, float]]:
    gaps = []
    if draw.happens(0.3):
        gaps.append((draw.start_s(14.0, 9.0), draw.about(45, 0.6)))
    if draw.happens(0.04):
        gaps.append((draw.start_s(12.0, 6.0), draw.about(240)))
    if profile.hours_off_per_day:
        gaps.append((draw.start_s(8.0, 3.0), draw.about(profile.hours_off_per_day * 60, 0.1)))
    return [(start_s, start_s + minutes * 60) for start_s, minutes in gaps]
