"""Unit and theme of the pages."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.preferences import APPEARANCE, THEMES, appearance, keep_preference
from patients.units import UNITS


@member_page(Act.READ_STATISTICS, methods=("POST",))
def change(request: HttpRequest, caller: Caller) -> HttpResponseRedirect:
    """Keep what the form says and go back to its page; what it does not know it leaves."""
    chosen = dict(appearance(caller.user_id))
    for name, values in (("unit", UNITS), ("theme", THEMES)):
        if request.POST.get(name) in values:
            chosen[name] = request.POST[name]
    keep_preference(caller.user_id, APPEARANCE, chosen)
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None, require_https=False)
    return HttpResponseRedirect(back if own else "/clinic/")
