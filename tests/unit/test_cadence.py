"""When a patient is due for review, over months and zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from patients.cadence import Because, Cadence, CadenceKind, Due, Reviewed, day_at, due

TODAY = date(2026, 3, 15)
WEEKLY, MONTHLY = Cadence(CadenceKind.WEEKLY), Cadence(CadenceKind.MONTHLY)
DAYS = some.dates(date(2000, 1, 1), date(2100, 12, 31))
CADENCES = some.one_of(
    some.sampled_from([WEEKLY, Cadence(CadenceKind.TWO_WEEKLY), MONTHLY]),
    some.integers(1, 365).map(lambda days: Cadence(CadenceKind.CUSTOM, days)),
)
ZONES = some.sampled_from(
    ["UTC", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"]
)


@pytest.mark.parametrize(
    ("cadence", "day", "then"),
    [
        (WEEKLY, date(2026, 12, 28), date(2027, 1, 4)),
        (Cadence(CadenceKind.TWO_WEEKLY), date(2026, 2, 20), date(2026, 3, 6)),
        (Cadence(CadenceKind.CUSTOM, 10), date(2024, 2, 25), date(2024, 3, 6)),
        (MONTHLY, date(2026, 1, 31), date(2026, 2, 28)),
        (MONTHLY, date(2024, 1, 31), date(2024, 2, 29)),
        (MONTHLY, date(2026, 2, 28), date(2026, 3, 28)),
        (MONTHLY, date(2026, 12, 31), date(2027, 1, 31)),
        (MONTHLY, date(2026, 5, 31), date(2026, 6, 30)),
    ],
)
def test_the_next_is_a_cadence_later(cadence: Cadence, day: date, then: date) -> None:
    assert cadence.after(day) == then


@given(CADENCES, DAYS)
def test_the_next_is_always_later_and_later_for_later_ones(cadence: Cadence, day: date) -> None:
    then = cadence.after(day)

    assert then > day
    assert cadence.after(day + timedelta(days=1)) >= then
    if cadence.kind is CadenceKind.MONTHLY:
        assert 28 <= (then - day).days <= 31
        assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == 1


@given(some.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)), ZONES, CADENCES)  # noqa: DTZ001 -- made aware below
def test_a_review_is_due_by_the_calendar_of_its_zone_whenever_on_the_day_it_was(
    naive: datetime, zone: str, cadence: Cadence
) -> None:
    reviewed = naive.replace(tzinfo=UTC)
    on = day_at(reviewed, zone)
    midnight = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
    then = cadence.after(on)
    last = Reviewed(on, then, by_cadence=True)

    assert midnight.astimezone(UTC) <= reviewed < midnight.astimezone(UTC) + timedelta(hours=26)
    # It is due from the first moment of that day of the zone, and not a second before.
    first = datetime(then.year, then.month, then.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    before, at = (day_at(one, zone) for one in (first - timedelta(seconds=1), first))
    assert before < due(cadence, last, since=on, in_categories={}, today=before).on == then == at


@given(CADENCES, some.none() | DAYS, DAYS, some.dictionaries(some.sampled_from("abc"), some.integers(1, 365)), DAYS)
def test_a_category_brings_in_but_never_puts_off(
    cadence: Cadence, on: date | None, since: date, categories: dict[str, int], today: date
) -> None:
    last = Reviewed(on, cadence.after(on), by_cadence=True) if on else None
    without = due(cadence, last, since=since, in_categories={}, today=today)

    found = due(cadence, last, since=since, in_categories=categories, today=today)

    assert found.on <= without.on
    if found.because is Because.CATEGORY:
        assert today <= found.on < without.on
        assert found.category in categories
    else:
        assert (found.on, found.because) == (without.on, without.because)
    assert set(found.called) <= categories.keys()


LAST = Reviewed(date(2026, 3, 10), date(2026, 4, 10), by_cadence=True)
CHOSEN = Reviewed(date(2026, 3, 10), date(2026, 6, 1), by_cadence=False)


@pytest.mark.parametrize(
    ("last", "categories", "found"),
    [
        (None, {}, Due(date(2026, 4, 1), Because.CADENCE)),
        (None, {"very_low": 3}, Due(TODAY, Because.CATEGORY, "very_low", ("very_low",))),
        (LAST, {}, Due(date(2026, 4, 10), Because.CADENCE)),
        (LAST, {"very_low": 3}, Due(TODAY, Because.CATEGORY, "very_low", ("very_low",))),
        (LAST, {"very_low": 7}, Due(date(2026, 3, 17), Because.CATEGORY, "very_low")),
        (LAST, {"no_data": 9, "very_low": 7}, Due(date(2026, 3, 17), Because.CATEGORY, "very_low")),
        (LAST, {"very_low": 60}, Due(date(2026, 4, 10), Because.CADENCE)),
        (CHOSEN, {}, Due(date(2026, 6, 1), Because.DATE)),
        (CHOSEN, {"very_low": 3}, Due(TODAY, Because.CATEGORY, "very_low", ("very_low",))),
    ],
)
def test_the_soonest_of_cadence_date_and_category_counts(
    last: Reviewed | None, categories: dict[str, int], found: Due
) -> None:
    assert due(MONTHLY, last, since=date(2026, 3, 1), in_categories=categories, today=TODAY) == found


def test_another_cadence_counts_from_the_last_review() -> None:
    assert due(WEEKLY, LAST, since=TODAY, in_categories={}, today=TODAY).on == date(2026, 3, 17)


def test_who_is_overdue_stays_so_in_a_category() -> None:
    last = Reviewed(date(2026, 1, 1), date(2026, 2, 1), by_cadence=True)

    found = due(MONTHLY, last, since=TODAY, in_categories={"very_low": 3}, today=TODAY)

    assert found == Due(date(2026, 2, 1), Because.CADENCE, None, ("very_low",))
