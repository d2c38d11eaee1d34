"""Where a patient's readings come from: accounts, days, sensors and files."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.import_words import date_orders, file_formats, import_words
from dashboard.patient_shell import render_tab
from dashboard.source_words import source_words

SPANS: Final = (14, 30, 90)


@member_page(Act.READ_SOURCES)
def sources(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; it shows the data of `librelinkup/accounts/`, `sync-truth/`, `sensors/` and `imports/`."""
    context = {
        "words": source_words(),
        "import_words": import_words(),
        "spans": SPANS,
        "formats": file_formats(),
        "date_orders": date_orders(),
        "may_sync": caller.may(Act.SYNC_SOURCES),
        "may_see_people": caller.may(Act.WRITE_SOURCES),
        "may_import": caller.may(Act.IMPORT_FILES),
    }
    return render_tab(request, caller, patient_id, "dashboard/patient/sources.html", context, tab="patient_sources")
