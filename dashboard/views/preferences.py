"""What a page's script lets its user keep: columns, saved views."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.preferences import KEPT_BY_SCRIPTS, MOST_BYTES, keep_preference


@member_page(Act.READ_STATISTICS, methods=("POST",))
def keep(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """Keep a JSON object under one of the names that pages have."""
    if name not in KEPT_BY_SCRIPTS:
        return JsonResponse({"detail": f"{name} is no preference of a page."}, status=404)
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"detail": f"A preference may have {MOST_BYTES} bytes."}, status=413)
    try:
        value = json.loads(request.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return JsonResponse({"detail": "The body is no JSON object."}, status=422)
    keep_preference(caller.user_id, name, value)
    return HttpResponse(status=204)
