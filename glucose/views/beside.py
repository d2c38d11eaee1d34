"""What is asked for beside readings: `include=treatments`."""

from typing import Any

from rest_framework.request import Request

from accounts.authentication import caller_of
from api.pages import Page
from api.schema import page_schema, query
from api.windows import Window, one_of
from glucose.selectors.readings import ReadingRow, span_of_page
from glucose.selectors.treatments import treatments_beside
from glucose.serializers.readings import ReadingSerializer
from glucose.serializers.treatments import MARKS, mark_answer
from patients.models import Patient

INCLUDED = ("treatments",)
INCLUDE_PARAMETER = query("include", "treatments: those in the time that the answer shows.", enum=INCLUDED)
READING_PAGE = page_schema(ReadingSerializer, treatments=MARKS)


def included(request: Request) -> str | None:
    """What is asked for beside the readings; None where nothing is."""
    given = request.query_params
    return one_of(given, "include", INCLUDED, INCLUDED[0]) if "include" in given else None


def beside(request: Request, patient: Patient, window: Window) -> dict[str, Any]:
    """It, of a window, as further members of the answer."""
    if included(request) is None:
        return {}
    return {"treatments": [mark_answer(row) for row in treatments_beside(caller_of(request), patient, window)]}


def beside_page(request: Request, patient: Patient, window: Window, page: Page[ReadingRow]) -> dict[str, Any]:
    """It, of the time that a page shows: each treatment of the window is on one of its pages."""
    if included(request) is None:
        return {}
    if page.rows:
        window = span_of_page(patient, window, page.rows[-1].time, page.rows[0].time, is_last=page.next is None)
    return beside(request, patient, window)
