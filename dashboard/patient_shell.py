"""What surrounds every page about one patient: who it is, their newest reading, and the other pages about them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.callers import Caller
from accounts.roles import Act
from analytics.selectors.patients import patient_view
from dashboard.shell import Place, render_page

# In the order in which they stand, each by the name of its address in dashboard/urls.py.
TABS: Final = (
    Place("patient_trend", _("Trend"), Act.READ_READINGS),
    Place("patient_statistics", _("Statistics"), Act.READ_STATISTICS),
    Place("patient_pattern", _("Daily pattern"), Act.READ_STATISTICS),
    Place("patient_notes", _("Notes"), Act.READ_NOTES),
    Place("patient_sources", _("Sources"), Act.READ_SOURCES),
    Place("patient_profile", _("Profile"), Act.READ_PATIENTS),
    Place("patient_record", _("Record"), Act.WRITE_PATIENTS),
    Place("patient_care", _("Care"), Act.READ_REVIEWS),
    Place("patient_report", _("Report"), Act.READ_STATISTICS),
)


def render_tab(
    request: HttpRequest, caller: Caller, patient_id: UUID, template: str, context: Mapping[str, Any], *, tab: str
) -> HttpResponse:
    """The template under the patient's header; PatientNotFound where the caller does not see them."""
    view = patient_view(caller, patient_id)
    header = {
        "patient": view.patient,
        "latest": view.latest,
        "now": timezone.now(),
        "tabs": [one for one in TABS if caller.may(one.act)],
        "tab": tab,
    }
    return render_page(request, caller, template, header | dict(context), place="today")
