"""Which patients are on a page of the overview, and who they are."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from accounts.callers import Caller
from analytics.overview import Key, place_of, sort_keys
from analytics.selectors.clinic import Clinic
from analytics.selectors.patients import filtered
from api.conditional import digest
from api.kept import keep, kept
from api.pages import Page, PageRequest, page_of
from glucose.selectors.latest import Latest, latest_by_patient
from patients.models import Patient

ID_BYTES: Final = 16


def chosen_ids(caller: Caller, query: Mapping[str, Any]) -> set[UUID] | None:
    """Those whom the filters of the patient list let through; None where there are none."""
    return set(filtered(caller, query).values_list("id", flat=True)) if query else None


def overview_page(
    clinic: Clinic, asked: PageRequest, *, ordering: str, category: str | None, chosen: set[UUID] | None
) -> Page[int]:
    """Positions of patients: of the category, of the chosen, in the order.

    A cursor names the order of its list's first page, which is kept for some minutes: whatever data arrive meanwhile,
    nobody is left out or shown twice. Later it goes on from a value and an id.
    """
    keys = sort_keys(clinic.looked, [one.id for one in clinic.patients], ordering)
    rows = [place for place, key in enumerate(keys) if chosen is None or key[1] in chosen]
    begun = _begun(asked, category, {keys[place][1].bytes: place for place in rows})
    if begun is None:
        listed = [place for place in rows if category is None or clinic.categories[category][place]]
        listed.sort(key=lambda place: place_of(keys[place], ordering))
        name = _keep_order(category, [keys[place][1] for place in listed]) if len(listed) > asked.size else ""
        rows = _beyond(listed, keys, asked, ordering)
    else:
        rows, name = begun
    if asked.cursor.backwards:
        rows.reverse()
    return page_of(rows[: asked.size + 1], asked, lambda place: (name, *keys[place]))


def _begun(asked: PageRequest, category: str | None, places: Mapping[bytes, int]) -> tuple[list[int], str] | None:
    """What lies beyond the cursor in the order that it names, of those who are still seen; None where none is kept."""
    if asked.cursor.key is None:
        return None
    name, _, edge = asked.cursor.key
    (packed,) = kept([_order_key(category, name)])
    order = [packed[start : start + ID_BYTES] for start in range(0, len(packed), ID_BYTES)] if packed else []
    if packed is None or edge.bytes not in order:
        return None
    keep({_order_key(category, name): packed})
    at = order.index(edge.bytes)
    beyond = order[:at] if asked.cursor.backwards else order[at + 1 :]
    return [places[one] for one in beyond if one in places], name


def _beyond(rows: list[int], keys: Sequence[Key], asked: PageRequest, ordering: str) -> list[int]:
    """The rows after the cursor's value, or before it; all of them without a cursor."""
    if asked.cursor.key is None:
        return rows
    _, value, one = asked.cursor.key
    edge, places = place_of((value, one), ordering), [place_of(keys[place], ordering) for place in rows]
    return rows[: bisect_left(places, edge)] if asked.cursor.backwards else rows[bisect_right(places, edge) :]


def _keep_order(category: str | None, ids: Sequence[UUID]) -> str:
    """The name of an order that is kept for some minutes more with each page."""
    packed = b"".join(one.bytes for one in ids)
    name = digest(packed.hex())
    keep({_order_key(category, name): packed})
    return name


def _order_key(category: str | None, name: str) -> str:
    """Who asks for another category with the same cursor gets nothing of this one."""
    return f"order:{category or 'all'}:{name}"


def shown(patient_ids: Sequence[UUID]) -> list[tuple[Patient, Latest | None]]:
    """The patients of a page, whom the caller of this has found, with their newest readings; in its order."""
    found, latest = Patient.objects.in_bulk(patient_ids), latest_by_patient(patient_ids)
    for patient_id, one in latest.items():
        one.patient = found[patient_id]
    return [(found[patient_id], latest.get(patient_id)) for patient_id in patient_ids]
