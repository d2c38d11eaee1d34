"""The kinds of people the generator makes, one for each category of a clinic's overview."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Spell:
    """A stretch near one level (mg/dL), ``chance`` times a day at most once, of about so many minutes."""

    chance: float
    level: float
    minutes: float
    hour: float
    hour_spread: float = 1.5


@dataclass(frozen=True)
class Profile:
    """How a person's days go. Levels and rises in mg/dL.

    What meals, dawn and exercise do stays softly between ``floor`` and ``ceiling``; only spells go beyond, so
    that a category holds for every seed.
    """

    fasting: float
    meal_rise: float
    dawn_rise: float = 20
    drift: float = 14
    floor: float = 76
    ceiling: float = 236
    spells: tuple[Spell, ...] = ()
    hours_off_per_day: float = 0
    later: "Profile | None" = None
    stops: bool = False


SHORT_NIGHT_LOW = Spell(chance=0.12, level=63, minutes=20, hour=2.5)
STEADY = Profile(fasting=116, meal_rise=82, drift=26, ceiling=240, spells=(SHORT_NIGHT_LOW,))
RAISED = Profile(fasting=160, meal_rise=85, drift=36, ceiling=244)
HIGH_AFTER_MEALS = Profile(fasting=140, meal_rise=135, drift=36, ceiling=330)

PROFILES: dict[str, Profile] = {
    "meeting_targets": STEADY,
    "very_low": Profile(
        fasting=122, meal_rise=80, drift=24, spells=(Spell(chance=0.85, level=47, minutes=40, hour=2.5),)
    ),
    "any_low": Profile(
        fasting=118, meal_rise=75, drift=22, spells=(Spell(chance=0.92, level=62, minutes=95, hour=3.0),)
    ),
    "low_time_in_range": RAISED,
    "any_high": Profile(fasting=136, meal_rise=108, drift=32, ceiling=243, spells=(SHORT_NIGHT_LOW,)),
    "very_high": HIGH_AFTER_MEALS,
    "extreme_high": replace(
        HIGH_AFTER_MEALS, spells=(Spell(chance=0.75, level=382, minutes=100, hour=20.5, hour_spread=1.0),)
    ),
    "tir_drop": replace(STEADY, later=RAISED),
    "low_use": replace(STEADY, hours_off_per_day=9.5),
    "no_data": replace(STEADY, stops=True),
}
