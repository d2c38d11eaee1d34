"""The queue of patients who are due for review: who is in it, in which order, and why in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Final
from uuid import UUID

from patients.cadence import Because, Cadence, Due, Reviewed

Key = tuple[int, int, UUID]
ORDERINGS: Final = ("urgency", "due_on", "-due_on", "last_review", "-last_review")
# What each category of the overview means to who reads the queue.
IN_WORDS: Final[Mapping[str, str]] = {
    "very_low": "too much time below 54 mg/dL",
    "any_low": "too much time below the target range",
    "tir_drop": "time in range dropped by 15 points or more",
    "low_time_in_range": "too little time in range",
    "any_high": "too much time above the target range",
    "very_high": "too much time above 250 mg/dL",
    "low_use": "too few readings",
    "meeting_targets": "all targets are met",
    "no_data": "no readings",
}


@unique
class DueState(StrEnum):
    """Where somebody stands today."""

    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True)
class Queued:
    """A patient with the day they are due, by which cadence, and the categories they are in."""

    patient_id: UUID
    due: Due
    cadence: Cadence
    own: bool
    since: date
    review_id: UUID | None
    last: Reviewed | None
    categories: tuple[str, ...]


def state_of(due: Due, today: date) -> DueState:
    """Overdue from the day after."""
    if due.on < today:
        return DueState.OVERDUE
    return DueState.DUE if due.on == today else DueState.UPCOMING


def counts_of(queue: Sequence[Queued], today: date) -> dict[str, int]:
    """How many are in each state."""
    states = [state_of(one.due, today) for one in queue]
    return {state.value: states.count(state) for state in DueState}


def key_of(one: Queued, ordering: str) -> Key:
    """What a row's place depends on. By urgency those come first whom a category calls, then who is due longest.

    Who was never reviewed comes first among the last reviews, in either direction.
    """
    if ordering == "urgency":
        return 0 if one.due.called else 1, one.due.on.toordinal(), one.patient_id
    sign = -1 if ordering.startswith("-") else 1
    if ordering.endswith("due_on"):
        return 0, sign * one.due.on.toordinal(), one.patient_id
    return (1, sign * one.last.on.toordinal(), one.patient_id) if one.last else (0, 0, one.patient_id)


def words_of(one: Queued, by_category: Mapping[str, int]) -> str:
    """Why the patient is due on the day, and which categories bring them in beside."""
    beside = [f"{name} ({IN_WORDS[name]})" for name in one.due.called if name != one.due.category]
    also = f" Brought in by {', '.join(beside)} too." if beside else ""
    return _reason(one, by_category) + also


def _reason(one: Queued, by_category: Mapping[str, int]) -> str:
    reviewed = f"last reviewed on {one.last.on}" if one.last else f"never reviewed, followed since {one.since}"
    if one.due.because is Because.CATEGORY and one.due.category is not None:
        days = by_category[one.due.category]
        wanted = f"{days} {'day' if days == 1 else 'days'} after a review" if one.last else "at once"
        what = IN_WORDS[one.due.category]
        return f"{what[:1].upper()}{what[1:]} ({one.due.category}): to be reviewed {wanted}; {reviewed}."
    if one.due.because is Because.DATE:
        return f"The last review chose this day; {reviewed}."
    whose = "for this patient" if one.own else "by the clinic's cadence"
    return f"Reviewed {one.cadence.words} {whose}; {reviewed}."
