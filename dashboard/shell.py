"""What surrounds every page: where one can go, in which unit and light, and what scripts need to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import STAFF
from dashboard.counts import counts_of
from dashboard.preferences import THEMES, appearance
from patients.units import UNITS


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation; ``act`` is what its visitors may."""

    name: str
    words: Promise
    act: Act


# In the order in which they stand, each by the name of its address in dashboard/urls.py.
PLACES: Final = (
    Place("today", _("Today"), Act.READ_STATISTICS),
    Place("alerts", _("Alerts"), Act.HANDLE_ALERTS),
    Place("reviews", _("Reviews"), Act.READ_REVIEWS),
    Place("accounts", _("Accounts"), Act.READ_SOURCES),
    Place("tasks", _("Tasks"), Act.READ_SOURCES),
    Place("people", _("People"), Act.MANAGE_MEMBERS),
    Place("settings", _("Settings"), Act.SET_CLINIC_RULES),
    Place("developers", _("Developers"), Act.READ_SOURCES),
)


def places_of(caller: Caller) -> list[Place]:
    """Where the caller can go; none for who is not of the staff, whose own page says what there is."""
    return [one for one in PLACES if caller.may(one.act)] if caller.role in STAFF else []


def render_page(
    request: HttpRequest,
    caller: Caller,
    template: str,
    context: Mapping[str, Any],
    *,
    place: str = "",
    status: int = 200,
) -> HttpResponse:
    """The template in the shell; ``place`` is the one of the navigation that it belongs to."""
    chosen = appearance(caller.user_id)
    shell = {
        "caller": caller,
        "clinic_name": getattr(request, "clinic_name", ""),
        "places": places_of(caller),
        "home": "today" if caller.role in STAFF else "welcome",
        "place": place,
        "counts": counts_of(caller) if caller.role in STAFF else None,
        "unit": chosen["unit"],
        "theme": chosen["theme"],
        "units": UNITS,
        "themes": THEMES,
    }
    return render(request, template, shell | dict(context), status=status)
