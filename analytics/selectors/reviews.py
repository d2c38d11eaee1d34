"""Reading who is due for review, of all the patients whom the caller sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.callers import Caller
from accounts.models import User
from accounts.roles import Act
from analytics.metrics.categories import CATEGORIES
from analytics.reviews import DueState, Key, Queued, key_of, state_of
from analytics.selectors.clinic import Clinic, clinic_of, followed_patients
from api.pages import PageRequest
from api.windows import DEFAULT_DAYS
from patients.cadence import day_at, due
from patients.care_models import Review
from patients.models import Patient
from patients.reviews import Rules, Standing, rules_of, standings


@dataclass(frozen=True, slots=True)
class Queue:
    """Everybody whom the clinic follows and the caller sees, on a day of the clinic's."""

    rules: Rules
    today: date
    patients: Sequence[Queued]


def review_queue(caller: Caller, now: datetime) -> Queue:
    """The categories are those of the overview over 14 days and today, from the sums that are kept for it."""
    rules = rules_of(caller)
    caller.require(Act.READ_REVIEWS)
    today = day_at(now, rules.timezone)
    clinic = clinic_of(followed_patients(caller, now), DEFAULT_DAYS, now)
    places = {one.id: place for place, one in enumerate(clinic.patients)}
    found = [_queued(one, rules, today, _categories(clinic, places[one.patient_id])) for one in standings(list(places))]
    return Queue(rules, today, found)


def queue_page(
    queue: Queue,
    asked: PageRequest,
    *,
    ordering: str,
    states: frozenset[DueState],
    category: str | None,
    chosen: set[UUID] | None,
) -> list[Queued]:
    """One more than a page, in the cursor's direction: of the states, of the category, of the chosen, in the order."""
    rows = [
        one
        for one in queue.patients
        if state_of(one.due, queue.today) in states
        and (category is None or category in one.categories)
        and (chosen is None or one.patient_id in chosen)
    ]
    keyed: list[tuple[Key, Queued]] = sorted(((key_of(one, ordering), one) for one in rows), key=lambda pair: pair[0])
    if asked.cursor.key is not None:
        edge = (asked.cursor.key[0], asked.cursor.key[1], asked.cursor.key[2])
        back = asked.cursor.backwards
        keyed = [(key, one) for key, one in keyed if (key < edge if back else key > edge)]
    if asked.cursor.backwards:
        keyed.reverse()
    return [one for _, one in keyed[: asked.size + 1]]


def people_of(rows: Sequence[Queued]) -> tuple[dict[UUID, Patient], dict[UUID, Review], dict[UUID, User]]:
    """The patients of a page whom the caller of this has found, their last reviews, and who did them."""
    reviews = Review.objects.in_bulk([one.review_id for one in rows if one.review_id])
    users = User.objects.in_bulk({one.reviewer_id for one in reviews.values()})
    return Patient.objects.in_bulk([one.patient_id for one in rows]), reviews, users


def _queued(one: Standing, rules: Rules, today: date, categories: tuple[str, ...]) -> Queued:
    cadence, since = one.own or rules.cadence, day_at(one.since, rules.timezone)
    wanted = {name: rules.by_category[name] for name in categories if name in rules.by_category}
    when = due(cadence, one.last, since=since, in_categories=wanted, today=today)
    return Queued(one.patient_id, when, cadence, one.own is not None, since, one.review_id, one.last, categories)


def _categories(clinic: Clinic, place: int) -> tuple[str, ...]:
    return tuple(name for name in CATEGORIES if clinic.categories[name][place])
