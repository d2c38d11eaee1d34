"""The last day of several patients, for the lines that the clinic's table draws of those who are on the screen."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from glucose.selectors.recent import recent_readings

DAY: Final = timedelta(hours=24)
MOST: Final = 100


@member_page(Act.READ_READINGS)
def sparks(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`patients=ID,ID,…` to the readings of their last 24 hours: minutes before now, and mg/dL."""
    try:
        wanted = [UUID(one) for one in request.GET.get("patients", "").split(",")]
    except ValueError:
        return JsonResponse({"detail": "patients is not a list of ids."}, status=422)
    if len(wanted) > MOST:
        return JsonResponse({"detail": f"patients has more than {MOST} ids."}, status=422)
    now = timezone.now()
    found = recent_readings(wanted, now - DAY)
    last = int(now.timestamp())
    lines = {
        str(patient_id): {"minutes": [(one - last) // 60 for one in seconds], "mg_dl": mg_dl}
        for patient_id, (seconds, mg_dl) in found.items()
    }
    return JsonResponse({"results": lines})
