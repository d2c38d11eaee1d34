"""What a patient's dosing is based on, and which targets stand for them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from analytics.target_serializers import EDGE
from dashboard.access import member_page
from dashboard.patient_shell import render_tab
from dashboard.profile_words import goal_labels, profile_labels, profile_words, target_sets
from patients.serializers import HealthProfileBodySerializer


@member_page(Act.READ_PATIENTS)
def profile(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; it shows the data of `health-profile/` and `targets/`."""
    limits = {"limits": profile_limits(), "edge_limits": {"min": EDGE["min_value"], "max": EDGE["max_value"]}}
    context = {
        "words": profile_words() | limits,
        "labels": profile_labels(),
        "sets": target_sets(),
        "goal_labels": goal_labels(),
        "may_write": caller.may(Act.WRITE_PATIENTS),
        "may_set": caller.may(Act.SET_TARGETS),
    }
    return render_tab(request, caller, patient_id, "dashboard/patient/profile.html", context, tab="patient_profile")


def profile_limits() -> dict[str, dict[str, Any]]:
    """What each amount lies between, as the API has it."""
    fields = HealthProfileBodySerializer().fields
    bounds = {"min": "min_value", "max": "max_value"}
    return {name: {end: getattr(fields[name], bound) for end, bound in bounds.items()} for name in profile_labels()}
