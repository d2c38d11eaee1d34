"""What the pages' scripts ask: the API's own views, signed in by the session instead of a token.

The answers, errors, tags and throttles are the API's; what changes something needs the page's CSRF token (ADR 94). A
view is here when a page needs it. The stream of new readings takes the session at its own address.
"""

from typing import Final

from django.urls import URLPattern, path
from rest_framework.views import APIView

from accounts.authentication import FormAuthentication
from analytics.views import clinic

PATIENT: Final = "patients/<uuid:patient_id>/"


def by_session(address: str, view: type[APIView]) -> URLPattern:
    """The API's view at an address of ours."""
    return path(address, view.as_view(authentication_classes=[FormAuthentication]))


urlpatterns = [
    by_session("clinic/overview/", clinic.Overview),
]
