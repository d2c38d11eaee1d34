"""The axes of the ambulatory glucose profile's drawing, its shape and its words. Pure."""

from dataclasses import dataclass
from typing import Final

from analytics.metrics.time_in_range import Band
from analytics.metrics.trace import DAY_MINUTES
from analytics.svg import shown

LEFT, RIGHT, TOP, BOTTOM = 46, 454, 112, 376
# The lowest of these that everything fits under ends the axis.
CEILINGS: Final = (350, 450, 600)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the axes end, and how many names of the legend stand beside each other.

    Without a ``heading`` what stands beside the drawing says it.
    """

    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    columns: int = 2
    heading: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """What the drawing says in a language; ``{…}`` is filled in."""

    title: str = "Ambulatory glucose profile"
    nothing: str = "No readings"
    no_readings: str = "There are no readings in the window."
    amount: str = "days with data: {days}, readings: {readings}"
    by_time: str = "Glucose by local time of day; {amount}."
    median_is: str = (
        "The median is lowest at {low_at} with {low} {unit} and highest at {high_at} with {high} {unit}."
        " The target range is {target} {unit}."
    )
    as_of: str = "As it was known on {moment} UTC"
    median: str = "median"
    inner: str = "25 to 75 %"
    outer: str = "5 to 95 %"
    target: str = "target {target} {unit}"
    from_to: str = "{low} to {high}"
    point: str = "."
    thousands: str = ","


NARROW: Final = Shape()
WIDE: Final = Shape(right=874, top=14, bottom=286, columns=4, heading=False)
ENGLISH: Final = Words()


@dataclass(frozen=True, slots=True)
class Axes:
    """Where values and times lie, and in which words and unit they are told."""

    shape: Shape
    ceiling: int
    unit: str
    words: Words

    def x(self, minute: float) -> float:
        """Where a minute of the day lies."""
        return LEFT + (self.shape.right - LEFT) * minute / DAY_MINUTES

    def y(self, mg_dl: float) -> float:
        """Where a value lies."""
        return self.shape.bottom - (self.shape.bottom - self.shape.top) * mg_dl / self.ceiling

    def shown(self, mg_dl: float) -> str:
        """A value as people read it."""
        return shown(mg_dl, self.unit, self.words.point)

    def range(self, band: Band) -> str:
        """A band by its edges."""
        return self.words.from_to.format(low=self.shown(band.lowest), high=self.shown(band.highest))
