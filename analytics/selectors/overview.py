"""Which patients are on a page of the overview, and who they are."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.callers import Caller
from analytics.overview import place_of, sort_keys
from analytics.selectors.clinic import Clinic
from analytics.selectors.patients import filtered
from api.pages import Page, PageRequest, page_of
from glucose.selectors.latest import Latest, latest_by_patient
from patients.models import Patient


def chosen_ids(caller: Caller, query: Mapping[str, Any]) -> set[UUID] | None:
    """Those whom the filters of the patient list let through; None where there are none."""
    return set(filtered(caller, query).values_list("id", flat=True)) if query else None


def overview_page(
    clinic: Clinic, asked: PageRequest, *, ordering: str, category: str | None, chosen: set[UUID] | None
) -> Page[int]:
    """Positions of patients: of the category, of the chosen, in the order.

    A cursor is a value with an id, so whoever keeps their value is neither left out nor shown twice while data arrive:
    in the order in which patients were added that is everybody.
    """
    keys = sort_keys(clinic.looked, [one.id for one in clinic.patients], ordering)
    rows = [
        (place_of(key, ordering), place)
        for place, key in enumerate(keys)
        if (chosen is None or key[1] in chosen) and (category is None or clinic.categories[category][place])
    ]
    rows.sort()
    if (after := asked.cursor.key) is not None:
        edge = place_of((after[0], after[1]), ordering)
        places = [place for place, _ in rows]
        rows = rows[: bisect_left(places, edge)] if asked.cursor.backwards else rows[bisect_right(places, edge) :]
    if asked.cursor.backwards:
        rows.reverse()
    return page_of([place for _, place in rows[: asked.size + 1]], asked, lambda place: keys[place])


def shown(patient_ids: Sequence[UUID]) -> list[tuple[Patient, Latest | None]]:
    """The patients of a page, whom the caller of this has found, with their newest readings; in its order."""
    found, latest = Patient.objects.in_bulk(patient_ids), latest_by_patient(patient_ids)
    for patient_id, one in latest.items():
        one.patient = found[patient_id]
    return [(found[patient_id], latest.get(patient_id)) for patient_id in patient_ids]
